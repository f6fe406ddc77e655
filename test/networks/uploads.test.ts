/** Uploads of every network that has any: what a server acknowledged is not uploaded again, wherever preparing was broken off. */
import { afterEach, describe, expect, it } from 'vitest'
import { NetworkError, type Json, type OutgoingPost } from '../../networks/network.ts'
import { blueskyRig, mastodonRig, post, withImage, type Rig } from './rig.ts'

let rig: Rig | undefined
afterEach(async () => {
  await rig?.close()
  rig = undefined
})

/** The rig, and the length of the body of each upload that it made. */
function watched(opened: Rig): { lengths: string[]; rig: Rig } {
  const lengths: string[] = []
  const { fetch } = opened.call
  opened.call.fetch = (input, init) => {
    const isUpload = /\/api\/v2\/media$|uploadBlob$/.test(String(input))
    if (isUpload) lengths.push(new Headers(init?.headers).get('content-length') ?? 'chunked')
    return fetch(input, init)
  }
  rig = opened
  return { lengths, rig: opened }
}

/** Two images on two parts. */
async function twoImages(): Promise<OutgoingPost> {
  const first = await withImage(post('One', 'Two'), 'A meadow')
  const second = await withImage(post('Two'), 'A bench')
  const [one, two] = first.post.content.segments
  const { assetIds } = second.post.content.segments[0]!
  const content = { ...first.post.content, segments: [one!, { ...two!, assetIds }] }
  return { content, media: new Map([...first.post.media, ...second.post.media]) }
}

/** Prepares on and on, each time from what was kept, and dies after each `keep`. */
async function dyingAtEachKeep({ network, call }: Rig, outgoing: OutgoingPost): Promise<Json> {
  let state: Json = null
  for (;;) {
    let kept = false
    const keep = async (next: Json) => {
      // As it comes out of the database.
      state = JSON.parse(JSON.stringify(next)) as Json
      kept = true
      throw new Error('the process died')
    }
    try {
      return await network.prepare(call, outgoing, state, keep)
    } catch (error) {
      if (!kept) throw error
    }
  }
}

const rigs = [
  ['Mastodon', mastodonRig],
  ['Bluesky', blueskyRig],
] as const

describe.each(rigs)('uploads to %s', (_, open) => {
  it('are made once each, and published, though the process died after every one', async () => {
    const { lengths, rig } = watched(await open())
    const outgoing = await twoImages()
    const prepared = await dyingAtEachKeep(rig, outgoing)
    expect(lengths).toHaveLength(2)
    const frozen = { token: crypto.randomUUID(), at: rig.call.now(), channel: rig.call.channel }
    await rig.network.publish(rig.call, rig.network.compose(outgoing, prepared, frozen))
    expect(await rig.visible()).toEqual(['One', 'Two'])
  })

  it('say how long they are', async () => {
    const { lengths, rig } = watched(await open())
    await rig.network.prepare(rig.call, await twoImages(), null, async () => undefined)
    expect(lengths.every((length) => Number(length) > 100)).toBe(true)
  })

  it('are used again when only words changed', async () => {
    const { lengths, rig } = watched(await open())
    const outgoing = await twoImages()
    let state: Json = null
    const keep = async (next: Json) => void (state = next)
    await rig.network.prepare(rig.call, outgoing, state, keep)
    const segments = outgoing.content.segments.map((segment) => ({ ...segment, text: 'Other' }))
    const changed = { ...outgoing, content: { ...outgoing.content, segments } }
    await rig.network.prepare(rig.call, changed, state, keep)
    expect(lengths).toHaveLength(2)
  })
})

describe('a server that takes long with an image', () => {
  it('is asked again for the same one', async () => {
    const { lengths, rig } = watched(await mastodonRig({ processingLooks: 2 }))
    rig.faults.add({ kind: 'error_before', on: 'media', skip: 1 })
    const { post: outgoing } = await withImage(post('One'), 'A meadow')
    let state: Json = null
    const keep = async (next: Json) => void (state = next)
    const prepare = () => rig.network.prepare(rig.call, outgoing, state, keep)
    await expect(prepare()).rejects.toMatchObject({ verdict: 'no', kind: 'server_busy' })
    expect(rig.faults.fired).toHaveLength(1)
    await prepare()
    expect(lengths).toHaveLength(1)
  })

  it('matters: without what was kept it is uploaded again', async () => {
    const { lengths, rig } = watched(await mastodonRig())
    rig.faults.add({ kind: 'error_before', on: 'media' })
    const { post: outgoing } = await withImage(post('One'), 'A meadow')
    const forgetful = () => rig.network.prepare(rig.call, outgoing, null, async () => undefined)
    await expect(forgetful()).rejects.toBeInstanceOf(NetworkError)
    await forgetful()
    expect(lengths).toHaveLength(2)
  })
})
