/** The public page that every workspace has from its first moment, switched off, under an address of its own. */
import { ownNetwork } from '../../networks/manifests.ts'
import { Channel } from '../channels/models/channel.ts'
import type { Config } from '../platform/config.ts'
import { rows } from '../platform/db.ts'
import type { Workspace } from '../workspaces/models/workspace.ts'
import { pageUrl } from './pages.ts'

/** Finds a new workspace's page an address and makes its channel, in the unit of work that makes the workspace. */
export async function createPage(
  config: Config,
  workspace: Workspace,
  { personId, now }: { personId: string; now: Date },
): Promise<void> {
  const { id, name } = workspace
  const pageSlug = await freeSlug(name)
  await workspace.update({ pageSlug, pageTitle: name })
  await Channel.create({
    workspaceId: id,
    network: ownNetwork().name,
    remoteId: id,
    name,
    handle: pageSlug,
    origin: config.publicUrl,
    url: pageUrl(config, pageSlug),
    state: 'off',
    connectedBy: personId,
    connectedAt: now,
  })
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
