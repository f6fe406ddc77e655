/** A network that nobody has, from connecting to publishing: its folder and one line for each registry, and nothing else of the product changes. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { channelHandlers } from '../../api/channels/channels.ts'
import { addManifest } from '../../networks/manifests.ts'
import { networks } from '../../networks/registry.ts'
import { callsAs, personActor, type Call } from '../support/calls.ts'
import { briefs } from '../support/briefs.ts'
import { hire, words, workHandlers, type Staff } from '../support/staff.ts'
import { writeCampaign } from '../support/starter-campaign.ts'
import { createWorld, eventually, type World } from '../support/world.ts'
import { manifest } from './heron/manifest.ts'
import { heron, shore } from './heron/network.ts'

let world: World
let staff: Staff
let owner: Call
const hasTemporal = Boolean(inject('temporalAddress'))

describe.skipIf(!hasTemporal)('a made-up network', () => {
  beforeAll(async () => {
    addManifest(manifest)
    world = await createWorld({ overrides: { networks: { ...networks, heron } } })
    staff = await hire(world)
    owner = callsAs(
      world.ctx,
      { ...workHandlers, ...channelHandlers },
      personActor(staff.tenant.personId),
    )
    await world.work()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const connect = (feather: string) =>
    owner('connectChannel', {
      params: staff.ws,
      body: { network: 'heron', method: 'feather', input: { feather } },
    })
  const draft = (channelId: string, text: string, handles: Record<string, string> = {}) =>
    owner('createPost', {
      params: staff.ws,
      body: {
        content: { ...words(text), mentions: [{ name: 'Ada', handles }] },
        channelIds: [channelId],
      },
    })

  it('is offered with its own form', async () => {
    const { data } = await owner('listNetworks', { params: staff.ws })
    expect(data.find(({ name }) => name === 'heron')).toMatchObject({
      title: 'Heron',
      methods: [{ name: 'feather', kind: 'form', fields: [{ label: 'Feather' }] }],
    })
  })

  it('says at its field what it does not take', async () => {
    await expect(connect('green')).rejects.toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/input/feather', detail: 'No heron lost this feather.' }],
    })
  })

  it('is connected, written for, approved and published on', async () => {
    const { channel } = await connect('grey')
    expect(channel).toMatchObject({ network: 'heron', handle: '~ada', textMax: 200, mediaMax: 0 })

    const long = await draft(channel!.id, 'x'.repeat(201))
    expect(long.findings).toMatchObject([
      { code: 'too_long', level: 'block', message: '1 characters too many for Heron.' },
    ])
    await expect(draft(channel!.id, 'Hello.', { heron: 'ada' })).rejects.toMatchObject({
      errors: [{ pointer: '/content/mentions/0/handles/heron', detail: 'Type it like ~ada.' }],
    })

    const post = await draft(channel!.id, 'Hello from the reeds.', { heron: '~ada' })
    const params = staff.on(post)
    await owner('approvePost', { params, body: { contentVersion: post.contentVersion } })
    await owner('publishPost', { params })
    const [delivery] = await eventually(async () => {
      const { deliveries } = await owner('getPost', { params })
      return deliveries[0]?.state === 'published' && deliveries
    })
    expect(delivery).toMatchObject({ network: 'heron', channelName: 'Ada' })
    expect([...shore.values()]).toEqual([
      { text: 'Hello from the reeds.', by: '~ada with a grey feather' },
    ])
    expect(delivery!.permalink).toBe(`https://heron.example/posts/${[...shore.keys()][0]}`)
  })

  it('is written for by the starter writer, within its limits and from its own patterns', () => {
    const { posts } = writeCampaign(Object.values(briefs)[0]!, [manifest])
    const texts = posts.flatMap(({ texts }) => texts.heron!)
    expect(texts.length).toBeGreaterThan(3)
    expect(texts.filter((text) => manifest.count(text) > manifest.textMax)).toEqual([])
  })

  it('cannot take the name of another', () => {
    expect(() => addManifest(manifest)).toThrow('there are two networks heron')
  })
})
