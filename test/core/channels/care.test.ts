import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { careForChannels } from '../../../core/channels/care.ts'
import { rows } from '../../../core/platform/db.ts'
import { schedule } from '../../../core/publishing/ledger.ts'
import { Channel } from '../../../core/channels/models/channel.ts'
import { createBluesky } from '../../../networks/bluesky/network.ts'
import { mastodon } from '../../../networks/mastodon/network.ts'
import { page } from '../../../networks/page/network.ts'
import { blueskySimulator, type BlueskySimulator } from '../../support/simulators/bluesky.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

const day = 86_400_000

let server: BlueskySimulator
let world: World
let tenant: Tenant
beforeAll(async () => {
  server = await blueskySimulator()
  const bluesky = createBluesky({ service: server.origin, plc: server.origin })
  world = await createWorld({
    env: { ALLOW_PRIVATE_ORIGINS: server.origin },
    overrides: { networks: { page, mastodon, bluesky } },
  })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await server.close()
})
beforeEach(async () => {
  tenant = await world.addTenant()
})

const within = <T>(fn: () => Promise<T>) =>
  world.ctx.db.tx({ workspace: tenant.workspaceId, person: tenant.personId }, fn)
const letters = () =>
  within(() =>
    rows<{ subject: string; body: string }>('select subject, body from mails order by id'),
  )
const channelOf = (id: string) => within(() => Channel.findByPk(id, { rejectOnEmpty: true }))

async function ending(inDays: number, network = 'mastodon'): Promise<string> {
  const secrets =
    network === 'bluesky' ? { ...server.session('ada.test'), accessJwt: '' } : undefined
  const id = await world.addChannel(tenant, {
    network,
    name: 'Ridgeline',
    remoteId: network === 'bluesky' ? server.did('ada.test') : 'r',
    ...(secrets ? { origin: server.origin, secrets } : {}),
  })
  const expiresAt = new Date(world.ctx.now().getTime() + inDays * day)
  await within(() => Channel.update({ expiresAt }, { where: { id } }))
  return id
}

describe('a channel whose access ends', () => {
  it('is told once to who can act, with its next post and the way to mend it', async () => {
    const id = await ending(5)
    const publishAt = new Date('2027-01-04T08:00:00Z')
    const post = await world.addPost(tenant, {
      channelIds: [id],
      publishAt,
      text: 'The hut opens.',
    })
    await within(() => schedule(world.ctx, post, { by: tenant.personId }))
    await careForChannels(world.ctx)
    await careForChannels(world.ctx)
    const [letter, ...others] = await letters()
    expect(others).toEqual([])
    expect(letter!.subject).toMatch(
      /^Ridgeline has to be connected again by \w{3}, \d+ \w+ \d{4}, \d\d:\d\d \(Europe\/Berlin\)$/,
    )
    expect(letter!.body).toContain('The hut opens.')
    expect(letter!.body).toContain('Mon, 4 Jan 2027, 09:00 (Europe/Berlin)')
    expect(letter!.body).toContain(`/w/${tenant.workspaceId}/channels`)
  })

  it('is left in peace while there is time', async () => {
    await ending(30)
    await careForChannels(world.ctx)
    expect(await letters()).toEqual([])
  })

  it('is renewed without anybody where the network allows it, and then nobody is told', async () => {
    const id = await ending(5, 'bluesky')
    await careForChannels(world.ctx)
    const { expiresAt } = await channelOf(id)
    expect(expiresAt!.getTime()).toBeGreaterThan(world.ctx.now().getTime() + 10 * day)
    expect(await letters()).toEqual([])
  })

  it('says that it is no longer connected when the network takes the access back', async () => {
    const id = await ending(5, 'bluesky')
    server.revokeAll()
    await careForChannels(world.ctx)
    expect((await channelOf(id)).state).toBe('reconnect')
    await careForChannels(world.ctx)
    expect((await letters()).map((l) => l.subject)).toEqual(['Ridgeline is no longer connected'])
  })
})
