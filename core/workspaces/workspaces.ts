/** Workspaces: a new one, finding and locking one. */
import type { Policy } from '../../policies/access/authorize.ts'
import type { Config } from '../platform/config.ts'
import { Problem } from '#contract/platform/problems.ts'
import { rows } from '../platform/db.ts'
import { listeners } from '../platform/registry.ts'
import { Membership } from './models/membership.ts'
import { foundersRole } from './members.ts'
import { Workspace, type WeekSlot } from './models/workspace.ts'
import { uuidv7 } from '../platform/uuid.ts'

/** What belongs to a workspace from the first moment and is kept by others; filled in `core/open.ts`. */
export const workspaceCreated =
  listeners<
    (config: Config, workspace: Workspace, by: { personId: string; now: Date }) => Promise<void>
  >()

export interface NewWorkspace {
  name: string
  timeZone: string
  language: string
  /** Who creates it owns it. */
  personId: string
  config: Config
  policy: Policy
}

/** Monday to Friday, morning, lunch and the end of the working day. */
const defaultSlots: WeekSlot[] = [1, 2, 3, 4, 5].flatMap((weekday) =>
  ['09:00', '12:30', '17:00'].map((time) => ({ weekday, time })),
)

/**
 * Creates a workspace and its owner's membership, and what others keep for it. Needs a unit of work of the person; from here on that
 * unit of work is the new workspace's.
 */
export async function createWorkspace(wanted: NewWorkspace, now: Date): Promise<Workspace> {
  const id = uuidv7(now.getTime())
  await rows(`select set_config('app.workspace_id', $1, true)`, [id])
  const { name, timeZone, language, personId, config, policy } = wanted
  const workspace = await Workspace.create({
    id,
    name,
    timeZone,
    language,
    slots: defaultSlots,
    // Until whoever keeps pages has found it an address.
    pageSlug: id,
  })
  const role = foundersRole(policy)
  await Membership.create({ workspaceId: id, personId, role, createdAt: now })
  await workspaceCreated.call(config, workspace, { personId, now })
  return workspace
}

/** The workspace of the unit of work. */
export async function findWorkspace(id: string, lock = false): Promise<Workspace> {
  const workspace = await Workspace.findByPk(id, { lock })
  if (!workspace) throw new Problem('not_found')
  return workspace
}

/** The same, until the end of the unit of work nobody else's to change. */
export const lockWorkspace = (id: string): Promise<Workspace> => findWorkspace(id, true)
