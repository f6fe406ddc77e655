/** The networks of the fault suite, each with a server that counts what anybody can see. */
import { createBluesky } from '../../networks/bluesky/network.ts'
import { mastodon } from '../../networks/mastodon/network.ts'
import type { Json, Network } from '../../networks/network.ts'
import { page } from '../../networks/page/network.ts'
import { rows } from '../../core/platform/db.ts'
import { PagePost } from '../../core/page/models/page-post.ts'
import { blueskySimulator } from '../support/simulators/bluesky.ts'
import { FaultPlan } from '../support/simulators/faults.ts'
import { mastodonSimulator, type MastodonOptions } from '../support/simulators/mastodon.ts'
import type { Tenant, World } from '../support/world.ts'

export type NetworkName = 'page' | 'mastodon' | 'bluesky'

/** A network as the fault suite sees it: its server, an account there, and what anybody can see of it. */
export interface Side {
  origin?: string
  faults: FaultPlan
  channel?: {
    network: string
    origin: string
    remoteId: string
    secrets: Record<string, string>
    settings?: Record<string, Json>
  }
  network: Network
  visible: ((text: string) => number) | null
  close(): Promise<void>
}

export const sides: Record<NetworkName, (options?: MastodonOptions) => Promise<Side>> = {
  async page() {
    return { faults: new FaultPlan(), network: page, visible: null, close: async () => undefined }
  },
  async mastodon(options = {}) {
    const server = await mastodonSimulator(options)
    // What connecting finds out about the server.
    const settings = { idempotency: options.keepsKeys ?? true }
    const { origin, faults } = server
    const secrets = { accessToken: server.token('ada') }
    return {
      origin,
      faults,
      network: mastodon,
      close: server.close,
      channel: {
        network: 'mastodon',
        origin,
        remoteId: server.account('ada').id,
        secrets,
        settings,
      },
      visible: (text) => server.visible('ada').filter((s) => s.text === text).length,
    }
  },
  async bluesky() {
    const server = await blueskySimulator()
    const { origin, faults } = server
    const secrets = { ...server.session('ada.test') }
    return {
      origin,
      faults,
      network: createBluesky({ service: origin, plc: origin }),
      close: server.close,
      channel: { network: 'bluesky', origin, remoteId: server.did('ada.test'), secrets },
      visible: (text) =>
        server.visible('ada.test').filter(({ value }) => value.text === text).length,
    }
  },
}

/** How many posts on the tenant's own page have this text. */
export const onPage = (world: World, tenant: Tenant, text: string): Promise<number> =>
  inWorkspace(
    world,
    tenant,
    async () =>
      (await PagePost.findAll()).filter((p) => p.segments.some((s) => s.text === text)).length,
  )

const settledStates = new Set(['published', 'failed', 'missed', 'unconfirmed', 'cancelled'])
/** True once nothing but a person moves a delivery any more. */
export const isSettled = ({ state }: { state: string }): boolean => settledStates.has(state)

/** Who watches shares the pool whose connections a script cuts, and looks again. */
export function lostConnection(error: Error): [] {
  if (error.name.startsWith('Sequelize')) return []
  throw error
}

export const inWorkspace = <T>(
  { ctx }: World,
  { workspaceId, personId }: Tenant,
  fn: () => Promise<T>,
) => ctx.db.tx({ workspace: workspaceId, person: personId }, fn)

/** What is kept of a tenant's deliveries in place of sentences: codes, and the texts among their parameters, at any depth. */
export async function keptOf(world: World, tenant: Tenant) {
  const kept = await inWorkspace(world, tenant, () =>
    rows<{ code: string; texts: string[] }>(
      `select code, jsonb_path_query_array(params, '$.** ? (@.type() == "string")') as texts from moves
       union all select detail->>'code', jsonb_path_query_array(detail->'params', '$.** ? (@.type() == "string")') from deliveries where detail is not null`,
    ),
  )
  return { codes: kept.map(({ code }) => code), texts: kept.flatMap(({ texts }) => texts) }
}
