/** What the person may do here; the API decides again on every request. */
type Held = { can: readonly string[] }

export type Right =
  | `post.${'create' | 'update' | 'approve' | 'schedule' | 'delete' | 'comment'}`
  | `campaign.${'create' | 'update' | 'delete'}`
  | `media.${'create' | 'delete'}`
  | `channel.${'connect' | 'pause'}`
  | `workspace.${'update' | 'hold' | 'delete'}`
  | `member.${'read' | 'manage'}`
  | `key.${'read' | 'manage'}`
  | `connection.${'read' | 'manage'}`

export const may = (workspace: Held, right: Right): boolean => workspace.can.includes(right)

/** Who can do what I may not, or let me: the owners by name. */
export function whoGrants(owners: readonly string[]): string {
  const [first, ...others] = owners
  if (!first) return 'Ask an owner of the workspace to do it, or to change your role.'
  const shown = [first, ...others.slice(0, 2)]
  const names = shown.length === 1 ? first : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`
  return `${names} can do it, or change your role under Team and access.`
}
