/** The whole engine (database, workflows, worker) on a real Bluesky server, behind a proxy that loses what it is told to lose. */
import { publishNow } from '../../core/publishing/ledger.ts'
import type { Delivery } from '../../core/publishing/models/delivery.ts'
import { page } from '../../networks/page/network.ts'
import type { BlueskyPds } from '../../scripts/peers/bluesky-pds.ts'
import * as real from '../support/real-bluesky.ts'
import { withoutMemory } from '../support/without-memory.ts'
import type { FaultPlan } from '../support/simulators/faults.ts'
import { createWorld, eventually } from '../support/world.ts'

export interface Engine extends AsyncDisposable {
  faults: FaultPlan
  person: real.Person
  /** Publishes a post now and waits until nothing moves it any more. */
  send(text: string): Promise<Delivery>
}

const settled = ['published', 'failed', 'missed', 'unconfirmed', 'cancelled']

/** `blind`: the server is never asked, and each attempt has a key of its own (the control). */
export async function openEngine(
  pds: BlueskyPds,
  { blind = false }: { blind?: boolean } = {},
): Promise<Engine> {
  const seeing = real.networkOf(pds)
  const bluesky = blind ? withoutMemory(seeing) : seeing
  const [person, proxy] = await Promise.all([real.addPerson(pds), real.lossyPds(pds)])
  const world = await createWorld({
    env: { ALLOW_PRIVATE_ORIGINS: proxy.origin },
    overrides: { networks: { page, bluesky } },
  })
  const tenant = await world.addTenant()
  const { remoteId, origin, secrets } = await real.connectByPassword(pds, person, proxy.origin)
  const channel = { network: 'bluesky', remoteId, origin, secrets }
  const channelId = await world.addChannel(tenant, channel)
  await world.work()
  return {
    faults: proxy.faults,
    person,
    async send(text) {
      const sent = await world.addPost(tenant, { text, channelIds: [channelId] })
      const scope = { workspace: tenant.workspaceId, person: tenant.personId }
      await world.ctx.db.tx(scope, () => publishNow(world.ctx, sent, { by: tenant.personId }))
      return eventually(async () => {
        const [found] = await world.deliveries(tenant, sent.id)
        return found && settled.includes(found.state) && found
      }, 18_000)
    },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]()
      await proxy.close()
    },
  }
}
