/** What higher subjects do when a channel changes, or know of it; called in the unit of work of the change, filled in `core/open.ts`. */
import type { Context } from '../platform/context.ts'
import { listeners } from '../platform/registry.ts'

interface By {
  /** The person who did it; null: PostAura itself. */
  by: string | null
}

/** A paused channel goes on. */
export const channelResumed =
  listeners<(channel: { workspaceId: string; channelId: string }) => Promise<unknown>>()

/** A channel is about to lose its access. */
export const channelOff =
  listeners<(ctx: Pick<Context, 'now'>, channelId: string, by: By) => Promise<unknown>>()

/** Whether something names the channel, so that its row has to stay. */
export const isChannelNamed = listeners<(channelId: string) => Promise<boolean>>()

export interface Upcoming {
  title: string
  publishAt: Date
  timeZone: string
}

/** What goes out next on a channel. */
export const nextOnChannel = listeners<(channelId: string) => Promise<Upcoming | null>>()
