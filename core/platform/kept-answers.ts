/** Answers kept for repeated requests (Idempotency-Key). */
import { run } from './db.ts'

/**
 * Forgets what is kept of requests about one thing (a campaign, run, post, channel, connection), in the unit of work of its workspace: those
 * that made or changed it, those under its path, and every answer about several things at once, which may hold some of it. Returns how many.
 */
export const forgetAnswers = (id: string): Promise<number> =>
  run(
    `delete from idempotency_keys where workspace_id = (select app_workspace())
       and (resource_id = $1::text::uuid or position($1::text in path) > 0 or (answer is not null and resource_id is null))`,
    [id],
  )
