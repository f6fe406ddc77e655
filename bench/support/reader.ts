/** Somebody who looks at a page without a break, by the condition that the page shows its posts by. */
import { setTimeout as pause } from 'node:timers/promises'
import type { WavePost, Workspace } from './wave.ts'

export interface Reader {
  /** Post -> when it was first seen, in epoch milliseconds. */
  stop(): Promise<Map<string, number>>
}

/** How often it looks: no figure is finer than this. */
const everyMs = 5
const beginMs = 2_000

/** Looks for the wave's posts from two seconds before the first instant on, until it is stopped. */
export function startReader({ admin, workspaceId }: Workspace, posts: WavePost[]): Reader {
  const seen = new Map<string, number>()
  const first = Math.min(...posts.map(({ dueAt }) => dueAt))
  let stopped = false
  const look = async (since: number) => {
    const now = Date.now()
    const { rows } = await admin.query<{ delivery_id: string }>(
      `select delivery_id from page_posts where workspace_id = $1 and published_at > $2 and published_at <= $3`,
      [workspaceId, new Date(since), new Date(now)],
    )
    const at = Date.now()
    for (const { delivery_id: id } of rows) if (!seen.has(id)) seen.set(id, at)
    return now
  }
  const looking = (async () => {
    await pause(Math.max(0, first - Date.now() - beginMs))
    // What is committed late still carries its instant, so each look goes back a while.
    let since = first - 1
    while (!stopped) {
      since = Math.max(first - 1, (await look(since)) - 1_000)
      await pause(everyMs)
    }
    await look(first - 1)
  })()
  return {
    async stop() {
      stopped = true
      await looking
      const { rows } = await admin.query<{ id: string; post_id: string }>(
        'select id, post_id from deliveries where post_id = any($1)',
        [posts.map(({ id }) => id)],
      )
      return new Map(
        rows.flatMap(({ id, post_id }) => {
          const at = seen.get(id)
          return at === undefined ? [] : [[post_id, at] as const]
        }),
      )
    },
  }
}
