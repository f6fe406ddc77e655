/** An account is a network, a server and an id there: two servers may number alike, and access of another account sends nothing. */
import { happenings } from '#contract/posts/happened.ts'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { publishNow } from '../../../core/publishing/ledger.ts'
import { connectMastodon } from '../../support/connecting.ts'
import { blueskySimulator, type BlueskySimulator } from '../../support/simulators/bluesky.ts'
import { mastodonSimulator, type MastodonSimulator } from '../../support/simulators/mastodon.ts'
import { openHouse, type House } from '../../support/tenancy.ts'
import type { Client } from '#contract/client.ts'
import { createWorld, eventually, type World } from '../../support/world.ts'

const accounts = ['ada', 'bob'].map((username) => ({ username, password: `${username}-password` }))
let servers: MastodonSimulator[]
let bluesky: BlueskySimulator
let world: World
let house: House

beforeAll(async () => {
  servers = [await mastodonSimulator({ accounts }), await mastodonSimulator({ accounts })]
  bluesky = await blueskySimulator()
  const origins = [...servers, bluesky].map(({ origin }) => origin)
  world = await createWorld({ env: { ALLOW_PRIVATE_ORIGINS: origins.join(',') } })
  house = await openHouse(world)
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  for (const server of [...servers, bluesky]) await server.close()
})

const connect = (server: string, name: string) => {
  const { owner } = house
  const api = {
    connectChannel: (input: object) => owner('connectChannel', input as never),
    finishConnection: (input: object) => owner('finishConnection', input as never),
  } as unknown as Client
  const at = { api, workspaceId: house.ws.workspaceId }
  return connectMastodon(at, { server, name, password: `${name}-password` })
}

describe('accounts of two servers that number alike', () => {
  it('are two channels, and connecting the one changes nothing of the other', async () => {
    const first = await connect(servers[0]!.origin, 'ada')
    const before = await house.owner('listChannels', { params: house.ws })
    const second = await connect(servers[1]!.origin, 'ada')
    expect(second).not.toBe(first)
    const { data } = await house.owner('listChannels', { params: house.ws })
    expect(data.find(({ id }) => id === first)).toEqual(before.data.find(({ id }) => id === first))
    expect(await connect(servers[0]!.origin, 'ada')).toBe(first)
  })
})

describe.skipIf(!inject('temporalAddress'))('a channel whose access is another account’s', () => {
  beforeAll(() => world.work())
  const token = (claims: object) =>
    `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

  it.each<[string, () => { origin: string; remoteId: string; secrets: Record<string, string> }]>([
    [
      'mastodon',
      () => {
        const [{ origin, account, token: tokenOf }] = servers as [MastodonSimulator]
        return { origin, remoteId: account('bob').id, secrets: { accessToken: tokenOf('ada') } }
      },
    ],
    [
      'bluesky',
      () => {
        const { origin, did } = bluesky
        const accessJwt = token({ exp: Date.now() / 1000 + 7200, sub: 'did:plc:somebodyelse' })
        return { origin, remoteId: did('ada.test'), secrets: { accessJwt, refreshJwt: accessJwt } }
      },
    ],
  ])('on %s sends nothing, says why, and asks to be connected again', async (network, channel) => {
    const channelId = await world.addChannel(house.tenant, {
      network,
      handle: '@ada',
      ...channel(),
    })
    const post = await world.addPost(house.tenant, {
      text: 'Not from here.',
      channelIds: [channelId],
    })
    const { workspaceId, personId } = house.tenant
    await world.ctx.db.tx({ workspace: workspaceId, person: personId }, () =>
      publishNow(world.ctx, post, { by: personId }),
    )
    const failed = await eventually(async () => {
      const [found] = await world.deliveries(house.tenant, post.id)
      return found?.state === 'failed' && found
    })
    expect(failed).toMatchObject({ reason: 'other_account', attempt: 0 })
    expect(happenings.say(failed.detail!)).toMatch(
      /is not @ada’s but another account’s, so nothing is sent/,
    )
    for (const name of ['ada', 'bob']) expect(servers[0]!.visible(name)).toEqual([])
    expect(bluesky.visible('ada.test')).toEqual([])
    const { data } = await house.owner('listChannels', { params: house.ws })
    expect(data.find(({ id }) => id === channelId)).toMatchObject({ state: 'reconnect' })
  })
})
