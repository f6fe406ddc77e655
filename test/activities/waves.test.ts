/** Many posts due at one instant: armed one after the other before it, sent at it and never before. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { createWaves } from '../../activities/waves.ts'
import { schedule } from '../../core/ledger.ts'
import { createWorld, eventually, type Tenant, type World } from '../support/world.ts'
import { mastodonSimulator, type MastodonSimulator } from '../support/simulators/mastodon.ts'

describe('the turns of a wave', () => {
  const due = new Date('2026-03-01T09:00:00Z')
  const aheadOf = (turn: { armAt: Date }) => due.getTime() - turn.armAt.getTime()

  it('let a post that is due alone be armed a moment before', () => {
    const ahead = aheadOf(createWaves().join(due))
    expect(ahead).toBeGreaterThan(0)
    expect(ahead).toBeLessThanOrEqual(200)
  })

  it('arm posts of one instant one after the other, and none of them early enough to be a nuisance', () => {
    const waves = createWaves()
    const ahead = Array.from({ length: 500 }, () => aheadOf(waves.join(due)))
    expect(new Set(ahead).size).toBe(500)
    expect(Math.max(...Array.from({ length: 5_000 }, () => aheadOf(waves.join(due))))).toBeLessThan(
      6_000,
    )
  })

  it('begin anew when nobody waits for that instant any more', () => {
    const waves = createWaves()
    const first = waves.join(due)
    const second = waves.join(due)
    expect(aheadOf(second)).toBeGreaterThan(aheadOf(first))
    first.leave()
    second.leave()
    expect(aheadOf(waves.join(due))).toBe(aheadOf(first))
  })
})

describe.skipIf(!inject('temporalAddress'))('posts due at one instant', () => {
  const count = 20
  let mastodon: MastodonSimulator
  let door: Server
  let world: World
  let tenant: Tenant
  let channelId: string
  /** When each connection was opened, and when its first byte came. */
  let seen: { opened: number; sent: number | null }[] = []
  /** Connections opened before this are closed by the server at once. */
  let deafUntil = 0

  beforeAll(async () => {
    mastodon = await mastodonSimulator()
    const { port } = new URL(mastodon.origin)
    door = createServer((socket) => {
      const one = { opened: Date.now(), sent: null as number | null }
      seen.push(one)
      socket.on('error', () => undefined)
      if (one.opened < deafUntil) return void socket.destroy()
      socket.once('data', () => (one.sent = Date.now()))
      const behind = connect(Number(port), '127.0.0.1')
      behind.on('error', () => socket.destroy())
      socket.pipe(behind).pipe(socket)
    }).listen(0, '127.0.0.1')
    await once(door, 'listening')
    const origin = `http://127.0.0.1:${(door.address() as AddressInfo).port}`
    world = await createWorld({ env: { ALLOW_PRIVATE_ORIGINS: origin, ALARM_LEAD_MS: '1500' } })
    await world.work()
    tenant = await world.addTenant()
    const secrets = { accessToken: mastodon.token('ada') }
    channelId = await world.addChannel(tenant, { network: 'mastodon', origin, secrets })
  })
  afterEach(() => {
    seen = []
    deafUntil = 0
  })
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]()
    door?.close()
    await mastodon?.close()
  })

  async function publish(name: string, publishAt: Date): Promise<void> {
    const posts = []
    for (let i = 0; i < count; i += 1) {
      const text = `${name} ${i}`
      const post = await world.addPost(tenant, { text, publishAt, channelIds: [channelId] })
      await world.ctx.db.tx({ workspace: tenant.workspaceId }, () =>
        schedule(world.ctx, post, { by: null }),
      )
      posts.push(post.id)
    }
    for (const id of posts) {
      const delivery = await eventually(async () => {
        const [found] = await world.deliveries(tenant, id)
        return found?.state === 'published' && found
      })
      expect(delivery.attempt).toBe(1)
    }
    const out = mastodon.visible('ada').filter(({ text }) => text.startsWith(name))
    expect(new Set(out.map(({ text }) => text)).size).toBe(count)
    expect(out).toHaveLength(count)
  }

  it('have their connections open before it, and no byte leaves before it', async () => {
    const due = new Date(Date.now() + 4_000)
    await publish('Early door', due)
    expect(seen.some(({ opened }) => opened < due.getTime())).toBe(true)
    expect(seen.every(({ sent }) => sent !== null && sent >= due.getTime())).toBe(true)
  })

  it('go out once at it all the same when the server closes what was opened before', async () => {
    const due = new Date(Date.now() + 4_000)
    deafUntil = due.getTime()
    await publish('Closed door', due)
    expect(seen.filter(({ sent }) => sent === null).length).toBeGreaterThan(0)
    expect(seen.filter(({ sent }) => sent !== null)).toHaveLength(count)
  })
})
