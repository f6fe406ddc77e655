/** What the tests of networks need: a call with plain fetch, a channel that remembers, and one rig per network against its simulator. */
import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { createBluesky } from '../../networks/bluesky/network.ts'
import { mastodon } from '../../networks/mastodon/network.ts'
import { fileOf } from '../../networks/files.ts'
import type {
  Call,
  ChannelAccess,
  Frozen,
  Keep,
  Network,
  OutgoingPost,
} from '../../networks/network.ts'
import { page } from '../../networks/page/network.ts'
import type { Pages } from '../../networks/page/port.ts'
import { blueskySimulator } from '../support/simulators/bluesky.ts'
import { FaultPlan } from '../support/simulators/faults.ts'
import { mastodonSimulator, type MastodonOptions } from '../support/simulators/mastodon.ts'

/** How long a call to a server in this process waits for its answer. */
const patienceMs = 400

export interface Rig {
  network: Network
  call: Call
  faults: FaultPlan
  /** Labels of the calls that publish and that look for a post. */
  labels: { publish: string; find: string }
  /** How long a call waits for its answer. */
  patienceMs: number
  /** Posts that anybody can see, oldest first. */
  visible(): Promise<string[]>
  /** As if the person had taken the access away. */
  revoke(): Promise<void>
  close(): Promise<void>
}

export function channel(
  parts: Partial<ChannelAccess> & Pick<ChannelAccess, 'origin' | 'remoteId'>,
): ChannelAccess {
  const access: ChannelAccess = {
    id: randomUUID(),
    network: 'any',
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

/** A fetch that gives up after a moment. */
export const impatient =
  (patience = patienceMs): typeof fetch =>
  (input, init) =>
    fetch(input, { signal: AbortSignal.timeout(patience), ...init })

export function callFor(
  access: ChannelAccess,
  { patience = patienceMs, port }: { patience?: number; port?: unknown } = {},
): Call {
  return {
    fetch: impatient(patience),
    now: () => new Date(),
    channel: access,
    port,
    deliveryId: randomUUID(),
  }
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

/** The post with an image in its first part. */
export async function withImage(
  outgoing: OutgoingPost,
  alt: string,
): Promise<{ post: OutgoingPost; bytes: Buffer }> {
  const [width, height] = [40, 30]
  const background = { r: 20, g: 120, b: 90 }
  const bytes = await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer()
  const assetId = randomUUID()
  const mime = 'image/png'
  const file = fileOf(new Uint8Array(bytes), { mime, width, height })
  const [first, ...others] = outgoing.content.segments
  const segments = [{ ...first!, assetIds: [assetId] }, ...others]
  return {
    post: {
      content: { ...outgoing.content, segments },
      media: new Map([[assetId, { ...file, assetId, alt, within: async () => file }]]),
    },
    bytes,
  }
}

export const keepNothing: Keep = () => Promise.resolve()

/** Prepares and arms a post, as the engine does. */
export async function armed(
  rig: Pick<Rig, 'network' | 'call'>,
  outgoing: OutgoingPost,
): Promise<Frozen> {
  const prepared = await rig.network.prepare(rig.call, outgoing, null, keepNothing)
  const frozen = { token: randomUUID(), at: rig.call.now(), channel: rig.call.channel }
  return rig.network.compose(outgoing, prepared, frozen)
}

export async function mastodonRig(options: MastodonOptions = {}): Promise<Rig> {
  const server = await mastodonSimulator(options)
  const access = channel({
    origin: server.origin,
    remoteId: server.account('ada').id,
    secrets: { accessToken: server.token('ada') },
  })
  return {
    network: mastodon,
    call: callFor(access),
    faults: server.faults,
    labels: { publish: 'publish', find: 'list' },
    patienceMs,
    visible: async () => server.visible('ada').map((status) => status.text),
    revoke: async () => server.revokeAll(),
    close: server.close,
  }
}

export async function blueskyRig(): Promise<Rig> {
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
    labels: { publish: 'publish', find: 'get' },
    patienceMs,
    visible: async () => server.visible('ada.test').map(({ value }) => String(value.text)),
    revoke: async () => server.deleteAccount('ada.test'),
    close: server.close,
  }
}

/** The page's door to a database, in memory: `faults` stand for transactions that fail, or commit without a reply. */
export async function pageRig(): Promise<Rig> {
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
    call: callFor(channel({ origin: 'http://localhost', remoteId: 'ada' }), { port: pages }),
    faults,
    labels: { publish: 'publish', find: 'find' },
    patienceMs,
    visible: async () => [...posts.values()].flatMap(({ texts }) => texts),
    revoke: async () => undefined,
    close: async () => undefined,
  }
}
