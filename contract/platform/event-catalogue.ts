/** Events of a workspace's stream: what happened to which thing, and nothing of its content. Kept for a day. */

export interface EventKind {
  /** What the ids are of: of the subject, and of what it belongs to, in the order in which they are looked for. */
  subject: string
  parent: readonly string[]
  /** The permission to see it. A private draft's reach its author alone. */
  can: string
  /** Whether programs may subscribe to it with a key. */
  programs: boolean
}

const post = {
  subject: 'post',
  parent: ['run', 'campaign'],
  can: 'post.read',
  programs: true,
} as const
const campaign = { subject: 'campaign', parent: [], can: 'campaign.read', programs: true } as const
const channel = { subject: 'channel', parent: [], can: 'channel.read', programs: true } as const

/** Every kind there is. They are written by triggers, which a test compares with this table. */
export const eventKinds = {
  post,
  'post.deleted': post,
  /** What people say to each other about a post. */
  comment: { subject: 'comment', parent: ['post'], can: 'post.read', programs: false },
  campaign,
  'campaign.deleted': campaign,
  run: { subject: 'run', parent: ['campaign'], can: 'campaign.read', programs: true },
  channel,
  'channel.deleted': channel,
  workspace: { subject: 'workspace', parent: [], can: 'workspace.read', programs: true },
} as const satisfies Record<string, EventKind>
export type EventName = keyof typeof eventKinds
