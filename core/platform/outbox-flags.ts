/** Dirty flags: "look at this subject again". No payload: whoever handles one reads the present state. */
import { rows, run } from './db.ts'

/** What is looked at again: its handler is in the registry of `outbox.ts`. */
export type OutboxKind = 'post' | 'delivery' | 'run' | 'erase'

/** Marks a subject inside the current unit of work; the dispatcher looks at it after the commit. */
export async function markDirty(
  kind: OutboxKind,
  subject: string,
  workspaceId: string,
): Promise<void> {
  await run(
    `insert into outbox (kind, subject, workspace_id) values ($1, $2, $3)
     on conflict (kind, subject) do update set dirty_at = now(), next_at = now(), tries = 0, last_error = null`,
    [kind, subject, workspaceId],
  )
}

/** True while a subject waits for the dispatcher. */
export async function isDirty(kind: OutboxKind, subject: string): Promise<boolean> {
  return (
    (await rows('select 1 from outbox where kind = $1 and subject = $2', [kind, subject])).length >
    0
  )
}
