/** A new workspace with what belongs to it from the first moment. */
import type { Config } from './config.ts'
import { rows } from './db.ts'
import { Channel } from './models/channel.ts'
import { Membership } from './models/membership.ts'
import { Workspace, type WeekSlot } from './models/workspace.ts'
import { pageUrl } from './pages.ts'
import { uuidv7 } from './uuid.ts'

export interface NewWorkspace {
  name: string
  timeZone: string
  language: string
  /** Who creates it owns it. */
  personId: string
  config: Config
}

/** Monday to Friday, morning, lunch and the end of the working day. */
const defaultSlots: WeekSlot[] = [1, 2, 3, 4, 5].flatMap((weekday) =>
  ['09:00', '12:30', '17:00'].map((time) => ({ weekday, time })),
)

/**
 * Creates a workspace, its owner's membership and its public page, switched off. Needs a unit of work of the person; from here on that
 * unit of work is the new workspace's.
 */
export async function createWorkspace(wanted: NewWorkspace, now: Date): Promise<Workspace> {
  const id = uuidv7(now.getTime())
  await rows(`select set_config('app.workspace_id', $1, true)`, [id])
  const { name, timeZone, language, personId, config } = wanted
  const pageSlug = await freeSlug(name)
  const workspace = await Workspace.create({
    ...{ id, name, timeZone, language, pageSlug, pageTitle: name },
    slots: defaultSlots,
  })
  await Membership.create({ workspaceId: id, personId, role: 'owner', createdAt: now })
  await Channel.create({
    workspaceId: id,
    network: 'page',
    remoteId: id,
    name,
    handle: pageSlug,
    origin: config.publicUrl,
    url: pageUrl(config, pageSlug),
    state: 'off',
    connectedBy: personId,
    connectedAt: now,
  })
  return workspace
}

/** An address that nobody has, from a name: "Müller & Söhne" becomes `mueller-soehne`, the next one `mueller-soehne-2`. */
async function freeSlug(name: string): Promise<string> {
  const base = slugOf(name)
  // Two workspaces of one name at one time would both find the address free.
  await rows(`select pg_advisory_xact_lock(hashtext($1))`, [`slug:${base}`])
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base}-${number}`
    const [found] = await rows<{ taken: boolean }>('select slug_taken($1) as taken', [slug])
    if (!found?.taken) return slug
  }
}

const spelled: Record<string, string> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  ł: 'l',
}

/** A name as part of an address: small letters, digits and single hyphens, 2 to 50 characters. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüßæøł]/g, (letter) => spelled[letter]!)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-|-$/g, '')
  return plain.length < 2 ? 'workspace' : plain
}
