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
