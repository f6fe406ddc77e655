/** Many posts on every network at once, and worker processes that come and go while they are sent. */
import { expect } from 'vitest'
import { schedule } from '../../core/publishing/ledger.ts'
import { sweptFolder } from '../support/swept-folder.ts'
import { createWorld, eventually, type Tenant, type World } from '../support/world.ts'
import { expectOnce, networks } from './expect-once.ts'
import { inWorkspace, isSettled, lostConnection, onPage, sides, type Side } from './sides.ts'
import type { NetworkName } from './sides.ts'
import { startWorker, type WorkerKind, type WorkerProcess } from './worker-process.ts'

export interface Played {
  network: NetworkName
  text: string
  postId: string
  /** When the first post of its wave is due. */
  firstAt: number
}

export interface Wave {
  /** Posts on each network. */
  count: number
  /** When the first ones are due, in milliseconds from now … */
  inMs: number
  /** … and how long after one another the others are. Absent: at the same instant. */
  everyMs?: number
  /** Absent: every network. */
  on?: NetworkName[]
}

export interface Troupe extends AsyncDisposable {
  world: World
  side: Record<NetworkName, Side>
  worker(kind?: WorkerKind): Promise<WorkerProcess>
  begin(wave: Wave): Promise<Played[]>
  states(posts: Played[]): Promise<string[]>
  visible(post: Played): Promise<number>
  /** Waits until nothing moves them any more: then each is on its network once and known to be there, or a person is asked. */
  expectEachOnce(posts: Played[]): Promise<void>
}

/** Opens a world with a channel on every network, and no worker yet. */
export async function openTroupe(env: Record<string, string> = {}): Promise<Troupe> {
  const side = await openSides()
  const origins = networks.flatMap((name) => side[name].origin ?? [])
  const world = await createWorld({
    env: { CALL_TIMEOUT_MS: '900', ...env, ALLOW_PRIVATE_ORIGINS: origins.join(',') },
  })
  const tenant = await world.addTenant()
  const channels = { page: tenant.pageId } as Record<NetworkName, string>
  for (const name of networks) {
    const { channel } = side[name]
    if (channel) channels[name] = await world.addChannel(tenant, channel)
  }
  const workers: WorkerProcess[] = []
  const folder = sweptFolder()
  const visible = async ({ network, text }: Played): Promise<number> =>
    side[network].visible?.(text) ?? onPage(world, tenant, text)
  const stateOf = async ({ postId }: Played): Promise<string> => {
    const [found] = await world.deliveries(tenant, postId).catch(lostConnection)
    return found?.state ?? 'unknown'
  }
  return {
    world,
    side,
    visible,
    async worker(kind = 'product') {
      const worker = await startWorker(world, folder, kind)
      workers.push(worker)
      return worker
    },
    begin: ({ count, inMs, everyMs = 0, on = networks }) => {
      const first = Date.now() + inMs
      const plans = on.flatMap((network) =>
        Array.from({ length: count }, (_, i) => ({
          network,
          at: first + i * everyMs,
          firstAt: first,
        })),
      )
      return Promise.all(
        plans.map((plan, i) => place(world, tenant, channels, { ...plan, text: textOf(i) })),
      )
    },
    states: (posts) => Promise.all(posts.map(stateOf)),
    async expectEachOnce(posts) {
      for (const post of posts) {
        const state = await eventually(async () => {
          const now = await stateOf(post)
          return isSettled({ state: now }) && now
        }, 45_000).catch(async (error: Error) => {
          const now = await Promise.all(posts.map(stateOf))
          throw new Error(`${error.message}: ${now.join(', ')}\n${workers.at(-1)?.log() ?? ''}`)
        })
        await expectOnce({ visible: () => visible(post) }, { ...post, state })
        expect(['published', 'unconfirmed'], `${post.network}: ${state}`).toContain(state)
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.kill()))
      folder.remove()
      await world[Symbol.asyncDispose]()
      await Promise.all(networks.map((name) => side[name].close()))
    },
  }
}

async function openSides(): Promise<Record<NetworkName, Side>> {
  const opened = await Promise.all(networks.map(async (name) => [name, await sides[name]()]))
  return Object.fromEntries(opened) as Record<NetworkName, Side>
}

let lastText = 0
const textOf = (i: number): string => `Post ${i} of wave ${(lastText += 1)} at ${Date.now()}.`

async function place(
  world: World,
  tenant: Tenant,
  channels: Record<NetworkName, string>,
  { network, at, firstAt, text }: Omit<Played, 'postId'> & { at: number },
): Promise<Played> {
  const channelIds = [channels[network]]
  const post = await world.addPost(tenant, { text, channelIds, publishAt: new Date(at) })
  await inWorkspace(world, tenant, () => schedule(world.ctx, post, { by: tenant.personId }))
  return { network, text, firstAt, postId: post.id }
}
