/** Many posts due at one instant: armed one after the other before it, sent at it and never before. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { createWaves } from '../../../activities/publishing/waves.ts'
import { schedule } from '../../../core/publishing/ledger.ts'
import { PagePost } from '../../../core/page/models/page-post.ts'
import { publicPost, publicPosts } from '../../../core/page/public-posts.ts'
import { heldClock } from '../../support/held-clock.ts'
import { createWorld, eventually, type Tenant, type World } from '../../support/world.ts'
import { mastodonSimulator, type MastodonSimulator } from '../../support/simulators/mastodon.ts'

describe('the turns of a wave', () => {
  const due = new Date('2026-03-01T09:00:00Z')
  const aheadOf = (turn: { armAt: Date }) => due.getTime() - turn.armAt.getTime()

  it('let a post that is due alone be armed a moment before', () => {
    const ahead = aheadOf(createWaves().join(due))
    expect(ahead).toBeGreaterThan(0)
    expect(ahead).toBeLessThanOrEqual(200)
  })

  it('arm posts of one instant in the second before it, and none of them earlier, however many', () => {
    const waves = createWaves()
    const ahead = Array.from({ length: 5_000 }, () => aheadOf(waves.join(due)))
    expect(new Set(ahead.slice(0, 400)).size).toBe(400)
    expect(Math.max(...ahead)).toBeLessThan(1_000)
    expect(Math.min(...ahead.slice(1))).toBeGreaterThan(100)
  })

  it('let only a big wave keep its answers for a moment, so that its last calls do not wait for settling', () => {
    const few = createWaves()
    const turns = Array.from({ length: 20 }, () => few.join(due))
    expect(turns.every((turn) => turn.settleFrom().getTime() === due.getTime())).toBe(true)
    turns.push(few.join(due))
    const waits = turns.map((turn) => turn.settleFrom().getTime() - due.getTime())
    expect(Math.min(...waits)).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThan(1_000)
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
  const count = 24
  const clock = heldClock()
  let mastodon: MastodonSimulator
  let door: Server
  let world: World
  let tenant: Tenant
  let channelId: string
  /** When the first byte of each connection came. */
  let seen: { sent: number | null }[] = []
  /** Whether connections are closed by the server at once. */
  let deaf = false

  beforeAll(async () => {
    mastodon = await mastodonSimulator()
    const { port } = new URL(mastodon.origin)
    door = createServer((socket) => {
      const one = { sent: null as number | null }
      seen.push(one)
      socket.on('error', () => undefined)
      if (deaf) return void socket.destroy()
      socket.once('data', (bytes) => {
        one.sent = Date.now()
        // Whose the access is was asked before.
        if (bytes.toString().startsWith('GET ')) seen.splice(seen.indexOf(one), 1)
      })
      const behind = connect(Number(port), '127.0.0.1')
      behind.on('error', () => socket.destroy())
      socket.pipe(behind).pipe(socket)
    }).listen(0, '127.0.0.1')
    await once(door, 'listening')
    const origin = `http://127.0.0.1:${(door.address() as AddressInfo).port}`
    world = await createWorld({
      // Standing still must not be taken for having slept.
      env: { ALLOW_PRIVATE_ORIGINS: origin, ALARM_LEAD_MS: '1500', CALL_TIMEOUT_MS: '30000' },
      overrides: { now: clock.now },
    })
    await world.work()
    tenant = await world.addTenant()
    const secrets = { accessToken: mastodon.token('ada') }
    const remoteId = mastodon.account('ada').id
    channelId = await world.addChannel(tenant, { network: 'mastodon', origin, remoteId, secrets })
  })
  afterEach(() => {
    seen = []
    deaf = false
    clock.letGo()
  })
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]()
    door?.close()
    await mastodon?.close()
  })

  /** A wave of which some are armed; time stands still before its instant. */
  async function scheduled(name: string, channelIds: string[]) {
    const due = new Date(Date.now() + 4_000)
    clock.holdAt(new Date(due.getTime() - 120))
    const ids: string[] = []
    for (let i = 0; i < count; i += 1) {
      const text = `${name} ${i}`
      const post = await world.addPost(tenant, { text, publishAt: due, channelIds })
      await world.ctx.db.tx({ workspace: tenant.workspaceId }, () =>
        schedule(world.ctx, post, { by: null }),
      )
      ids.push(post.id)
    }
    const deliveries = async () =>
      (await Promise.all(ids.map((id) => world.deliveries(tenant, id)))).flat()
    await eventually(async () => (await deliveries()).some((d) => d.state === 'publishing'))
    return { due, deliveries }
  }

  /** Lets time run until some are armed, then until some have opened their connections, and then on. */
  async function publish(name: string, meanwhile: () => void): Promise<Date> {
    const { due, deliveries } = await scheduled(name, [channelId])
    clock.holdAt(new Date(due.getTime() - 5))
    await eventually(async () => seen.length > 0)
    // A connection that the server has closed is known to be closed a moment later.
    await pause(300)
    meanwhile()
    clock.letGo()
    await eventually(async () => (await deliveries()).every((d) => d.state === 'published'))
    expect((await deliveries()).every((d) => d.attempt === 1)).toBe(true)
    const out = mastodon.visible('ada').filter(({ text }) => text.startsWith(name))
    expect(new Set(out.map(({ text }) => text)).size).toBe(count)
    expect(out).toHaveLength(count)
    return due
  }

  it('have their connections open before it, and no byte leaves before it', async () => {
    const due = await publish('Early door', () =>
      expect(seen.every(({ sent }) => sent === null)).toBe(true),
    )
    expect(seen.every(({ sent }) => sent !== null && sent >= due.getTime())).toBe(true)
  })

  it('go out once at it all the same when the server closes what was opened before', async () => {
    deaf = true
    await publish('Closed door', () => (deaf = false))
    expect(seen.filter(({ sent }) => sent === null).length).toBeGreaterThan(0)
    expect(seen.filter(({ sent }) => sent !== null)).toHaveLength(count)
  })
  it('stand on our own page before it, seen by nobody until then, and are out at it to the millisecond', async () => {
    const { due, deliveries } = await scheduled('Early bird', [tenant.pageId])
    const within = <T>(fn: () => Promise<T>) =>
      world.ctx.db.tx({ workspace: tenant.workspaceId }, fn)
    const there = () => within(() => PagePost.count())
    const seenBy = () => publicPosts(world.ctx, tenant.workspaceId, { limit: 100 })
    clock.holdAt(new Date(due.getTime() - 5))
    await eventually(async () => (await there()) === count)
    const [hidden] = await within(() => PagePost.findAll({ limit: 1 }))
    expect(await seenBy()).toEqual([])
    expect(await publicPost(world.ctx, tenant.workspaceId, hidden!.slug)).toBeNull()
    expect((await deliveries()).every((d) => d.state === 'publishing')).toBe(true)
    clock.holdAt(due)
    await eventually(async () => (await seenBy()).length === count)
    clock.letGo()
    await eventually(async () => (await deliveries()).every((d) => d.state === 'published'))
    const late = (await deliveries()).map((d) => d.publishedAt!.getTime() - due.getTime())
    expect(new Set(late)).toEqual(new Set([0]))
  })
})
