/**
 * The subjects, and the arrows between them: each may know the subjects named and whatever those know. Import rules and the check of table
 * names are made of this table.
 */
const arrows = {
  platform: [],
  identity: ['platform'],
  media: ['platform'],
  workspaces: ['identity', 'media'],
  audit: ['identity', 'media'],
  channels: ['workspaces', 'audit'],
  // A brief names channels, so campaigns stand above them.
  campaigns: ['channels'],
  checks: ['platform'],
  posts: ['campaigns', 'checks'],
  publishing: ['posts'],
  page: ['publishing'],
  writer: ['checks'],
  connections: ['workspaces', 'writer'],
  generation: ['publishing', 'connections'],
  privacy: ['workspaces'],
  legal: ['workspaces'],
  billing: ['workspaces'],
  demo: ['page', 'generation', 'privacy', 'legal', 'billing'],
} as const satisfies Record<string, readonly string[]>

export type Subject = keyof typeof arrows
export const subjects = Object.keys(arrows) as Subject[]

/** Every subject that `subject` may know, near and far. */
export function lowerOf(subject: Subject): Subject[] {
  const near: readonly Subject[] = arrows[subject]
  return [...new Set(near.flatMap((lower) => [lower, ...lowerOf(lower)]))]
}
