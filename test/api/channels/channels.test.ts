import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { handlers } from '../../../api/handlers.ts'
import { createHttp } from '../../../core/platform/http/http.ts'
import { schedule } from '../../../core/publishing/ledger.ts'
import { Channel } from '../../../core/channels/models/channel.ts'
import { ChannelAuthorization } from '../../../core/channels/models/channel-authorization.ts'
import { NetworkApp } from '../../../core/channels/models/network-app.ts'
import { Membership } from '../../../core/workspaces/models/membership.ts'
import { rows } from '../../../core/platform/db.ts'
import { answerOf, personActor } from '../../support/calls.ts'
import { blueskySimulator, type BlueskySimulator } from '../../support/simulators/bluesky.ts'
import { mastodonSimulator, type MastodonSimulator } from '../../support/simulators/mastodon.ts'
import { openHouse, type House } from '../../support/tenancy.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
let house: House
let mastodon: MastodonSimulator
let bluesky: BlueskySimulator
let later = 0

beforeAll(async () => {
  const now = () => new Date(Date.now() + later)
  mastodon = await mastodonSimulator({ maxCharacters: 1234 })
  bluesky = await blueskySimulator()
  const http = createHttp({
    allowPrivateOrigins: [mastodon.origin, bluesky.origin],
    timeoutMs: 2000,
  })
  world = await createWorld({ overrides: { http, now } })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await mastodon.close()
  await bluesky.close()
})
beforeEach(async () => {
  house = await openHouse(world)
})
afterEach(() => {
  later = 0
})

const inTx = <T>(fn: () => Promise<T>) =>
  world.ctx.db.tx({ workspace: house.ws.workspaceId, person: house.tenant.personId }, fn)
const channelNamed = async (network: string) => {
  const { data } = await house.viewer('listChannels', { params: house.ws })
  return data.find((c) => c.network === network)
}

/** Begins, and agrees on the network's own page; returns what the browser comes back with. */
async function agree(decision = 'allow', returnTo?: string): Promise<Record<string, string>> {
  const input = { server: mastodon.origin }
  const body = {
    network: 'mastodon' as const,
    method: 'oauth',
    input,
    ...(returnTo ? { returnTo } : {}),
  }
  const begun = await answerOf(
    world.ctx,
    handlers,
    personActor(house.tenant.personId),
    'connectChannel',
    {
      params: house.ws,
      body,
    },
  )
  expect(begun.status).toBe(202)
  const { authorizeUrl, channel } = begun.body as { authorizeUrl: string; channel: null }
  expect(channel).toBeNull()
  const { searchParams } = new URL(authorizeUrl)
  const form = new URLSearchParams({
    ...Object.fromEntries(searchParams),
    username: 'ada',
    password: 'ada-password',
    decision,
  })
  const posted = { method: 'POST', body: form, redirect: 'manual' as const }
  const back = await fetch(`${mastodon.origin}/oauth/authorize`, posted)
  const callback = new URL(back.headers.get('location')!)
  expect(callback.origin + callback.pathname).toBe('http://localhost:3000/channels/callback')
  return Object.fromEntries(callback.searchParams)
}

const appPassword = (password = 'ada-password') =>
  house.owner('connectChannel', {
    params: house.ws,
    body: {
      network: 'bluesky',
      method: 'app_password',
      input: { handle: 'ada.test', password, server: bluesky.origin },
    },
  })

describe('the networks on offer', () => {
  it('say what they ask for and what each permission is for', async () => {
    const { data } = await house.viewer('listNetworks', { params: house.ws })
    expect(data.map((n) => n.name).sort()).toEqual(['bluesky', 'mastodon'])
    const oauth = data.find((n) => n.name === 'mastodon')!.methods[0]!
    expect(oauth).toMatchObject({
      kind: 'oauth',
      redirectUri: 'http://localhost:3000/channels/callback',
    })
    expect(oauth.permissions.every((p) => p.why.length > 0)).toBe(true)
  })
})

describe('connecting by a person’s consent', () => {
  it('keeps a sealed token, the limits of the server and what was granted', async () => {
    const query = await agree('allow', '/w/x/channels')
    const done = await house.owner('finishConnection', { body: { query } })
    expect(done).toMatchObject({ workspaceId: house.ws.workspaceId, returnTo: '/w/x/channels' })
    expect(done.channel).toMatchObject({
      network: 'mastodon',
      state: 'active',
      textMax: 1234,
      connectedBy: 'Ada Example',
      server: new URL(mastodon.origin).host,
    })
    expect(done.channel.scopes).toContain('write:statuses')
    const stored = await inTx(() => Channel.findByPk(done.channel.id))
    expect(stored?.sealedSecrets).toMatch(/^gAAAA/)
    expect(JSON.stringify(done)).not.toContain('accessToken')
  })
  it('registers itself at a server once, and keeps that sealed', async () => {
    await agree()
    await agree()
    const apps = await world.ctx.db.tx({}, () => NetworkApp.findAll())
    expect(apps).toHaveLength(1)
    expect(apps[0]!.sealedApp).toMatch(/^gAAAA/)
  })
  it('keeps the row and its history when the same account is connected again', async () => {
    const first = await house.owner('finishConnection', { body: { query: await agree() } })
    const second = await house.owner('finishConnection', { body: { query: await agree() } })
    expect(second.channel.id).toBe(first.channel.id)
  })
  it('takes a state once', async () => {
    const query = await agree()
    await house.owner('finishConnection', { body: { query } })
    const again = house.owner('finishConnection', { body: { query } })
    await expect(again).rejects.toMatchObject({ kind: 'conflict' })
  })
  it('takes a state from whoever began, and from nobody else', async () => {
    const query = await agree()
    const other = house.stranger('finishConnection', { body: { query } })
    await expect(other).rejects.toMatchObject({ kind: 'conflict' })
    await house.owner('finishConnection', { body: { query } })
  })
  it('takes a state for ten minutes', async () => {
    const query = await agree()
    later = 10 * 60_000 + 1000
    const late = house.owner('finishConnection', { body: { query } })
    await expect(late).rejects.toMatchObject({ kind: 'conflict' })
  })
  it('connects nothing when the person says no', async () => {
    const query = await agree('deny')
    const refused = house.owner('finishConnection', { body: { query } })
    await expect(refused).rejects.toMatchObject({ kind: 'refused_upstream' })
    expect(await channelNamed('mastodon')).toBeUndefined()
  })
  it('connects nothing for somebody whose right went meanwhile', async () => {
    const query = await agree()
    const { personId } = house.tenant
    await inTx(() => Membership.update({ role: 'editor' }, { where: { personId } }))
    const refused = house.owner('finishConnection', { body: { query } })
    await expect(refused).rejects.toMatchObject({ kind: 'forbidden' })
  })
  it('keeps no state in the clear, and no way to another site', async () => {
    const { state } = await agree('allow', '//evil.example')
    const kept = await inTx(() => ChannelAuthorization.findAll())
    expect(JSON.stringify(kept)).not.toContain(state)
    expect(kept.map((row) => row.returnTo)).toEqual([null])
  })
  it('is an owner’s', async () => {
    const body = { network: 'mastodon' as const, method: 'oauth', input: {} }
    const asked = house.editor('connectChannel', { params: house.ws, body })
    await expect(asked).rejects.toMatchObject({ kind: 'forbidden' })
  })
  it('knows no other ways than those on offer', async () => {
    const body = { network: 'mastodon' as const, method: 'constructor', input: {} }
    const asked = house.owner('connectChannel', { params: house.ws, body })
    await expect(asked).rejects.toMatchObject({ errors: [{ pointer: '/method' }] })
  })
})

describe('connecting by a form', () => {
  it('is done at once', async () => {
    const { channel, authorizeUrl } = await appPassword()
    expect(authorizeUrl).toBeNull()
    expect(channel).toMatchObject({ network: 'bluesky', state: 'active', textMax: 300 })
  })
  it('says so when the password is wrong, and connects nothing', async () => {
    await expect(appPassword('wrong')).rejects.toMatchObject({ kind: 'refused_upstream' })
    expect(await channelNamed('bluesky')).toBeUndefined()
  })
})

describe('a connected channel', () => {
  it('is checked, and says when its access was taken away', async () => {
    const { channel } = await house.owner('finishConnection', { body: { query: await agree() } })
    const params = { ...house.ws, channelId: channel.id }
    expect((await house.owner('checkChannel', { params })).state).toBe('active')
    mastodon.revokeAll()
    expect((await house.owner('checkChannel', { params })).state).toBe('reconnect')
    const again = await house.owner('finishConnection', { body: { query: await agree() } })
    expect(again.channel).toMatchObject({ id: channel.id, state: 'active' })
  })
  it('can be paused with a reason by an editor, and resumed', async () => {
    const params = { ...house.ws, channelId: house.tenant.pageId }
    const body = { reason: 'Holiday' }
    const paused = await house.editor('pauseChannel', { params, body })
    expect(paused).toMatchObject({ state: 'paused', pausedReason: 'Holiday' })
    const resumed = await house.editor('resumeChannel', { params })
    expect(resumed).toMatchObject({ state: 'active', pausedReason: null })
    await expect(house.editor('resumeChannel', { params })).rejects.toMatchObject({
      kind: 'conflict',
    })
  })
  it('shows its next and its last post', async () => {
    const publishAt = new Date(Date.now() + 3_600_000)
    const post = await world.addPost(house.tenant, { publishAt })
    await inTx(() => schedule(world.ctx, post, { by: null }))
    const page = await channelNamed('page')
    expect(page).toMatchObject({ nextPublishAt: publishAt.toISOString(), lastPublishedAt: null })
  })
  it('loses its secrets, its access and its scheduled posts when disconnected, and keeps its history', async () => {
    const { channel } = await house.owner('finishConnection', { body: { query: await agree() } })
    const publishAt = new Date(Date.now() + 3_600_000)
    const channelIds = [channel.id, house.tenant.pageId]
    const post = await world.addPost(house.tenant, { publishAt, channelIds })
    await inTx(() => schedule(world.ctx, post, { by: null }))
    const params = { ...house.ws, channelId: channel.id }
    await house.owner('disconnectChannel', { params })
    const stored = await inTx(() => Channel.findByPk(channel.id))
    expect(stored).toMatchObject({ state: 'off', sealedSecrets: null, scopes: [] })
    const states = (await world.deliveries(house.tenant, post.id)).map((d) => [
      d.channelId,
      d.state,
    ])
    expect(Object.fromEntries(states)).toEqual({
      [channel.id]: 'cancelled',
      [house.tenant.pageId]: 'scheduled',
    })
    const told = await inTx(() =>
      rows<{ code: string }>('select code from moves where to_state = $1', ['cancelled']),
    )
    expect(told[0]?.code).toBe('cancelled_disconnected')
  })
  it('is deleted when disconnected without any history', async () => {
    const { channel } = await appPassword()
    await house.owner('disconnectChannel', { params: { ...house.ws, channelId: channel!.id } })
    expect(await channelNamed('bluesky')).toBeUndefined()
  })
  it('is disconnected here also when the network does not listen', async () => {
    const { channel } = await house.owner('finishConnection', { body: { query: await agree() } })
    mastodon.revokeAll()
    await house.owner('disconnectChannel', { params: { ...house.ws, channelId: channel.id } })
    expect(await channelNamed('mastodon')).toBeUndefined()
  })
  it('is nobody’s outside its workspace', async () => {
    const params = { ...house.ws, channelId: house.tenant.pageId }
    await expect(house.stranger('getChannel', { params })).rejects.toMatchObject({
      kind: 'not_found',
    })
    const other = await openHouse(world)
    const across = other.owner('getChannel', {
      params: { ...other.ws, channelId: house.tenant.pageId },
    })
    await expect(across).rejects.toMatchObject({ kind: 'not_found' })
  })
})
