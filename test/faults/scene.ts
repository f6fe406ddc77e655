/** The stage of the fault suite: a world with a worker that can be made to die at any step, and a network that counts what anybody can see. */
import { mastodon } from '../../networks/mastodon/network.ts'
import type { Network } from '../../networks/network.ts'
import { page } from '../../networks/page/network.ts'
import { Dead, type Step } from '../../activities/publishing/steps.ts'
import { publishNow, schedule } from '../../core/publishing/ledger.ts'
import type { MastodonOptions } from '../support/simulators/mastodon.ts'
import { rewritable } from '../support/simulators/rewriting.ts'
import type { FaultPlan } from '../support/simulators/faults.ts'
import { createWorld, eventually, type World } from '../support/world.ts'
import {
  inWorkspace,
  isSettled,
  lostConnection,
  onPage,
  keptOf,
  sides,
  type NetworkName,
} from './sides.ts'

export interface Scene extends AsyncDisposable {
  world: World
  faults: FaultPlan
  /** Publishes a post now; its text is unlike any other. */
  send(script?: Script): Promise<Sent>
  /** Sets a post's time, that many milliseconds ahead; 0: now. */
  begin(inMs: number, script?: Script): Promise<Begun>
  /** Waits until nothing moves a post any more. */
  settled(begun: Begun): Promise<Sent>
  /** How many posts with this text anybody can see on the network's side. */
  visible(text: string): Promise<number>
  /** Codes of what is kept of all deliveries, and every text among their parameters. */
  kept(): Promise<{ codes: string[]; texts: string[] }>
  close(): Promise<void>
}

/** What happens to one post on its way. */
export interface Script {
  /** At this step, once … */
  at: Step
  /** … the worker's work ends, or this is done first. */
  act?: (world: World) => Promise<void>
}

export interface Begun {
  text: string
  postId: string
  deliveryId: string
}

export interface Sent {
  text: string
  /** The delivery's state once nothing moves it any more. */
  state: string
  /** Whether the script's step was reached. */
  fired: boolean
  /** How often it was tried. */
  attempt: number
  /** When a network that asked us to wait is tried again. */
  nextTryAt: Date | null
}

export interface SceneOptions {
  /** The network is never asked, it always says that nothing is there (the control). */
  blind?: boolean
  env?: Record<string, string>
  /** How the network's server is. */
  server?: MastodonOptions
}

/** Opens a scene on one network. */
export async function openScene(name: NetworkName, options: SceneOptions = {}): Promise<Scene> {
  const side = await sides[name](options.server)
  const network: Network = options.blind
    ? { ...side.network, find: async () => ({ state: 'absent', by: 'identity' }) }
    : side.network
  const world = await createWorld({
    env: {
      CALL_TIMEOUT_MS: '700',
      ...options.env,
      ...(side.origin ? { ALLOW_PRIVATE_ORIGINS: side.origin } : {}),
    },
    overrides: { networks: { page, mastodon, [name]: network } },
  })
  const tenant = await world.addTenant()
  const channelId = side.channel ? await world.addChannel(tenant, side.channel) : tenant.pageId
  const scripts = new Map<string, Script>()
  const fired = new Set<string>()
  await world.work({
    hook: async (step, deliveryId) => {
      const script = scripts.get(deliveryId)
      if (script?.at !== step) return
      scripts.delete(deliveryId)
      fired.add(deliveryId)
      if (!script.act) throw new Dead(`the work ended at ${step}`)
      await script.act(world)
    },
  })
  let count = 0
  const begin = async (inMs: number, script?: Script): Promise<Begun> => {
    const words = `Script ${++count} of ${world.ctx.now().getTime()}.`
    const text = options.server?.rewrites ? rewritable(words) : words
    const publishAt = new Date(world.ctx.now().getTime() + inMs)
    const post = await world.addPost(tenant, { text, channelIds: [channelId], publishAt })
    return inWorkspace(world, tenant, async () => {
      const set = inMs > 0 ? schedule : publishNow
      const [delivery] = await set(world.ctx, post, { by: tenant.personId })
      if (script) scripts.set(delivery!.id, script)
      return { text, postId: post.id, deliveryId: delivery!.id }
    })
  }
  const settled = async ({ text, postId }: Begun): Promise<Sent> => {
    const delivery = await eventually(async () => {
      const [found] = await world.deliveries(tenant, postId).catch(lostConnection)
      const waits = found?.reason === 'rate_limited' && found.nextTryAt !== null
      return found && (waits || isSettled(found)) && found
    }, 30_000)
    const { state, nextTryAt, attempt } = delivery
    return { text, state, nextTryAt, attempt, fired: fired.has(delivery.id) }
  }
  const close = async () => {
    await world[Symbol.asyncDispose]()
    await side.close()
  }
  return {
    world,
    faults: side.faults,
    begin,
    settled,
    close,
    send: async (script) => settled(await begin(0, script)),
    visible: async (text) => side.visible?.(text) ?? onPage(world, tenant, text),
    kept: () => keptOf(world, tenant),
    [Symbol.asyncDispose]: close,
  }
}
