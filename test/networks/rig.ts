/** What the tests of networks need: a call with plain fetch, a channel that remembers, and one rig per network against its simulator. */
import { randomUUID } from 'node:crypto'
import { createBluesky } from '../../networks/bluesky/network.ts'
import { mastodon } from '../../networks/mastodon/network.ts'
import type {
  Call,
  ChannelAccess,
  Frozen,
  Network,
  OutgoingPost,
  Pages,
} from '../../networks/network.ts'
import { page } from '../../networks/page/network.ts'
import { blueskySimulator } from '../support/simulators/bluesky.ts'
import { FaultPlan } from '../support/simulators/faults.ts'
import { mastodonSimulator } from '../support/simulators/mastodon.ts'

/** How long a call waits for its answer. */
const patienceMs = 400

export interface Rig {
  network: Network
  call: Call
  faults: FaultPlan
  /** Labels of the calls that publish, take down and check. */
  labels: { publish: string; remove: string; check: string }
  /** Posts that anybody can see, oldest first. */
  visible(): string[]
  /** As if the person had taken the access away. */
  revoke(): void
  close(): Promise<void>
}

export function channel(
  parts: Partial<ChannelAccess> & Pick<ChannelAccess, 'origin' | 'remoteId'>,
): ChannelAccess {
  const access: ChannelAccess = {
    id: randomUUID(),
    handle: '@ada',
    settings: {},
    secrets: {},
    expiresAt: null,
    saveSecrets: async (secrets, expiresAt) => void Object.assign(access, { secrets, expiresAt }),
    exclusively: (fn) => fn(access.secrets),
    ...parts,
  }
  return access
}

const noPages: Pages = {
  put: () => Promise.reject(new Error('no pages here')),
  find: () => Promise.reject(new Error('no pages here')),
  remove: () => Promise.reject(new Error('no pages here')),
}

/** A fetch that gives up after a moment. */
export const impatient: typeof fetch = (input, init) =>
  fetch(input, { signal: AbortSignal.timeout(patienceMs), ...init })

export function callFor(
  access: ChannelAccess,
  now: () => Date = () => new Date(),
  pages = noPages,
): Call {
  return { fetch: impatient, now, channel: access, pages, deliveryId: randomUUID() }
}

export function post(...texts: string[]): OutgoingPost {
  return {
    content: {
      segments: texts.map((text) => ({ text, assetIds: [] })),
      language: 'en',
      mentions: [],
    },
    media: new Map(),
  }
}

/** Prepares and arms a post, as the engine does. */
export async function armed(
  rig: Pick<Rig, 'network' | 'call'>,
  outgoing: OutgoingPost,
): Promise<Frozen> {
  const prepared = await rig.network.prepare(rig.call, outgoing)
  const frozen = { token: randomUUID(), at: rig.call.now(), channel: rig.call.channel }
  return rig.network.compose(outgoing, prepared, frozen)
}

async function mastodonRig(): Promise<Rig> {
  const server = await mastodonSimulator()
  const access = channel({
    origin: server.origin,
    remoteId: server.account('ada').id,
    secrets: { accessToken: server.token('ada') },
  })
  return {
    network: mastodon,
    call: callFor(access),
    faults: server.faults,
    labels: { publish: 'publish', remove: 'delete', check: 'verify' },
    visible: () => server.visible('ada').map((status) => status.text),
    revoke: server.revokeAll,
    close: server.close,
  }
}

async function blueskyRig(): Promise<Rig> {
  const server = await blueskySimulator()
  const access = channel({
    origin: server.origin,
    remoteId: server.did('ada.test'),
    secrets: { ...server.session('ada.test') },
  })
  return {
    network: createBluesky({ service: server.origin, plc: server.origin }),
    call: callFor(access),
    faults: server.faults,
    labels: { publish: 'publish', remove: 'delete', check: 'verify' },
    visible: () => server.visible('ada.test').map(({ value }) => String(value.text)),
    revoke: server.revokeAll,
    close: server.close,
  }
}

/** The page's door to a database, in memory: `faults` stand for transactions that fail, or commit without a reply. */
async function pageRig(): Promise<Rig> {
  const faults = new FaultPlan()
  const posts = new Map<string, { id: string; url: string; texts: string[] }>()
  const guarded = async <T>(label: string, work: () => T): Promise<T> => {
    const fault = faults.take(label)
    if (fault && /before|limited/.test(fault.kind)) throw new Error('the connection was lost')
    const result = work()
    if (fault) throw new Error('the connection was lost')
    return result
  }
  const pages: Pages = {
    put: (deliveryId, { segments }) =>
      guarded('publish', () => {
        const kept = posts.get(deliveryId)
        const made = {
          id: deliveryId,
          url: `http://localhost/p/${deliveryId}`,
          texts: segments.map(({ text }) => text),
        }
        posts.set(deliveryId, kept ?? made)
        return { id: made.id, url: made.url }
      }),
    find: (deliveryId) => guarded('find', () => posts.get(deliveryId) ?? null),
    remove: (deliveryId) => guarded('delete', () => void posts.delete(deliveryId)),
  }
  return {
    network: page,
    call: callFor(
      channel({ origin: 'http://localhost', remoteId: 'ada' }),
      () => new Date(),
      pages,
    ),
    faults,
    labels: { publish: 'publish', remove: 'delete', check: '' },
    visible: () => [...posts.values()].flatMap(({ texts }) => texts),
    revoke: () => undefined,
    close: async () => undefined,
  }
}

export const rigs = { mastodon: mastodonRig, bluesky: blueskyRig, page: pageRig }
