/** Bluesky against its own server, connected by an app password. Signing in by OAuth is in `real-bluesky-oauth.test.ts`. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { startBlueskyPds, type BlueskyPds } from '../../scripts/peers/bluesky-pds.ts'
import type { Call, ConnectMethod, Frozen } from '../../networks/network.ts'
import { linkedPage } from '../support/linked-page.ts'
import * as real from '../support/real-bluesky.ts'
import { contract } from './contract.ts'
import { openEngine } from './real-engine.ts'
import { realBlueskyRig } from './real-rig.ts'
import { armed, post, withImage } from './rig.ts'

const folder = await real.blueskyPdsFolder()
const hourMs = 3_600_000

type RealRig = Awaited<ReturnType<typeof realBlueskyRig>>

/** The ids that we gave the records before the server saw them. */
const ownCids = (frozen: Frozen): string[] =>
  (frozen.handle as { records: { cid: string }[] }).records.map(({ cid }) => cid)

describe.skipIf(!folder)('on a real Bluesky server', () => {
  let pds: BlueskyPds
  let rig: RealRig
  const posts = () => real.postsOf(pds, rig.person.did)
  const publish = (frozen: Frozen, call: Call = rig.call) => rig.network.publish(call, frozen)
  beforeAll(async () => {
    pds = await startBlueskyPds(folder)
  })
  afterAll(() => pds?.close())

  contract('the contract', () => realBlueskyRig(pds))

  describe('connecting by an app password', () => {
    it('finds the server behind a handle, and keeps a session and no password', async () => {
      const person = await real.addPerson(pds)
      const connected = await real.connectByPassword(pds, person, '')
      expect(connected).toMatchObject({
        remoteId: person.did,
        handle: `@${person.handle}`,
        origin: pds.origin,
      })
      expect(Object.keys(connected.secrets).sort()).toEqual(['accessJwt', 'refreshJwt'])
    })

    it('says that handle and password do not fit, and connects nothing', async () => {
      const person = await real.addPerson(pds)
      const method = real.networkOf(pds).connect.app_password as ConnectMethod & { kind: 'form' }
      const typed = { handle: person.handle, password: 'xxxx-xxxx-xxxx-xxxx', server: '' }
      await expect(method.connect(real.connectCall(), typed)).rejects.toMatchObject({
        kind: 'not_permitted',
      })
      const nobody = { ...typed, handle: 'nobody.test' }
      await expect(method.connect(real.connectCall(), nobody)).rejects.toMatchObject({
        kind: 'content_refused',
      })
    })
  })

  describe('publishing', () => {
    beforeEach(async () => {
      rig = await realBlueskyRig(pds)
      return rig.close
    })

    it('marks links, mentions and hashtags by bytes, and makes the card of the first link', async () => {
      await using site = await linkedPage()
      const friend = await real.addPerson(pds)
      const text = `Grüße 🌱 an @${friend.handle} und @nobody.test: ${site.url} #Wandern`
      const frozen = await armed(rig, post(text))
      await publish(frozen)
      const [{ value, cid }] = (await posts()) as [real.SeenRecord]
      expect(cid).toBe(ownCids(frozen)[0])
      const bytes = Buffer.from(text)
      const marked = (value.facets as unknown as Facet[]).map(({ index, features }) => [
        bytes.subarray(index.byteStart, index.byteEnd).toString(),
        features[0],
      ])
      const kind = (name: string) => `app.bsky.richtext.facet#${name}`
      expect(marked).toEqual([
        [`@${friend.handle}`, { $type: kind('mention'), did: friend.did }],
        [site.url, { $type: kind('link'), uri: site.url }],
        ['#Wandern', { $type: kind('tag'), tag: 'Wandern' }],
      ])
      expect(value.embed).toMatchObject({
        $type: 'app.bsky.embed.external',
        external: { uri: site.url, title: site.title, thumb: { mimeType: 'image/png' } },
      })
    })

    it('brings an image with its description, byte for byte', async () => {
      const { post: outgoing, bytes } = await withImage(post('With an image.'), 'A meadow ünd 🌱')
      const frozen = await armed(rig, outgoing)
      await publish(frozen)
      const [{ value, cid }] = (await posts()) as [real.SeenRecord]
      // Our id of a record with an image inside is the server's: else a repeat would be another record.
      expect(cid).toBe(ownCids(frozen)[0])
      const { images } = value.embed as unknown as { images: SeenImage[] }
      expect(images).toMatchObject([
        { alt: 'A meadow ünd 🌱', aspectRatio: { width: 40, height: 30 } },
      ])
      const params = new URLSearchParams({ did: rig.person.did, cid: images[0]!.image.ref.$link })
      const blob = await fetch(`${pds.origin}/xrpc/com.atproto.sync.getBlob?${params}`)
      expect(Buffer.from(await blob.arrayBuffer()).equals(bytes)).toBe(true)
    })

    it('writes a thread whose parts name the parts before by the ids that the server gives', async () => {
      const frozen = await armed(rig, post('One', 'Two', 'Three'))
      await publish(frozen)
      const seen = await posts()
      expect(seen.map(({ cid }) => cid)).toEqual(ownCids(frozen))
      const [one, two] = seen.map(({ uri, cid }) => ({ uri, cid }))
      expect(seen.map(({ value }) => value.reply)).toEqual([
        undefined,
        { root: one, parent: one },
        { root: one, parent: two },
      ])
    })

    it('keeps one record when the same post arrives again, and when eight arrive at once', async () => {
      const frozen = await armed(rig, post('Once.'))
      const first = await publish(frozen)
      expect(await publish(frozen)).toEqual(first)
      const others = await armed(rig, post('Eight times.'))
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => publish(others)))
      expect(all.some(({ status }) => status === 'fulfilled')).toBe(true)
      for (const outcome of all)
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ verdict: 'ambiguous' })
      expect(await rig.visible()).toEqual(['Once.', 'Eight times.'])
    })

    it('keeps one thread when it arrives again: nobody knows, until the server is asked', async () => {
      const since = rig.call.now()
      const frozen = await armed(rig, post('One', 'Two'))
      const published = await publish(frozen)
      await expect(publish(frozen)).rejects.toMatchObject({ verdict: 'ambiguous' })
      expect(await rig.network.find(rig.call, frozen, since)).toEqual({ state: 'found', published })
      expect(await rig.visible()).toEqual(['One', 'Two'])
    })

    it('writes over nothing that stands under its key', async () => {
      const frozen = await armed(rig, post('Here first.'))
      await publish(frozen)
      const other = structuredClone(frozen) as { payload: any; handle: any }
      other.payload.writes[0].value.text = 'Written over.'
      await expect(publish(other)).rejects.toMatchObject({ verdict: 'ambiguous' })
      expect(await rig.visible()).toEqual(['Here first.'])
    })
  })

  describe('access that ends', () => {
    const inThreeHours = (): Call => ({
      ...rig.call,
      now: () => new Date(Date.now() + 3 * hourMs),
    })
    beforeEach(async () => {
      rig = await realBlueskyRig(pds)
      return async () => {
        await pds.setAhead(0)
        await rig.close()
      }
    })

    it('is certainly refused when it has run out, and works again once renewed', async () => {
      const frozen = await armed(rig, post('Renewed.'))
      const { accessJwt } = rig.call.channel.secrets
      await pds.setAhead(3 * hourMs)
      await expect(publish(frozen)).rejects.toMatchObject({ verdict: 'no', kind: 'server_busy' })
      expect(await rig.visible()).toEqual([])
      await rig.network.refresh!(inThreeHours())
      expect(rig.call.channel.secrets.accessJwt).not.toBe(accessJwt)
      await publish(frozen)
      expect(await rig.visible()).toEqual(['Renewed.'])
    })

    it('is not lost with a lost reply: the renewal token works once more', async () => {
      const frozen = await armed(rig, post('Renewed twice.'))
      await pds.setAhead(3 * hourMs)
      rig.faults.add({ kind: 'lost_reply', on: 'refresh' })
      await expect(rig.network.refresh!(inThreeHours())).rejects.toMatchObject({
        kind: 'unreachable',
      })
      expect(rig.faults.fired).toHaveLength(1)
      await rig.network.refresh!(inThreeHours())
      await publish(frozen)
      expect(await rig.visible()).toEqual(['Renewed twice.'])
    })

    it('ends for good when it is given back', async () => {
      await rig.network.disconnect!(rig.call)
      await expect(rig.network.refresh!(inThreeHours())).rejects.toMatchObject({
        verdict: 'no',
        kind: 'access_revoked',
      })
    })

    it('ends with an account that its server took down, and says that and nothing else', async () => {
      const frozen = await armed(rig, post('Taken down.'))
      await real.takeDown(pds, rig.person.did)
      const said = { verdict: 'no', kind: 'not_permitted' }
      await expect(publish(frozen)).rejects.toMatchObject(said)
      await expect(rig.network.refresh!(inThreeHours())).rejects.toMatchObject({
        ...said,
        message: expect.stringContaining('taken this account down'),
      })
    })
  })

  describe.skipIf(!inject('temporalAddress'))('through the whole engine', () => {
    it.each(['lost_reply', 'cut_reply', 'error_after'] as const)(
      'shows a post once, and knows that it is there, after “%s”',
      async (kind) => {
        await using engine = await openEngine(pds)
        engine.faults.add({ kind, on: 'publish' })
        const delivery = await engine.send('Through the engine, once.')
        expect(engine.faults.fired).toHaveLength(1)
        expect(delivery.state).toBe('published')
        const seen = await real.postsOf(pds, engine.person.did)
        expect(seen.map(({ value }) => value.text)).toEqual(['Through the engine, once.'])
        expect(delivery.permalink).toContain(seen[0]!.uri.split('/').at(-1))
      },
    )

    it('needs the asking and its one key for that: without them the post is there twice', async () => {
      await using engine = await openEngine(pds, { blind: true })
      engine.faults.add({ kind: 'lost_reply', on: 'publish' })
      await engine.send('Blind.')
      expect(engine.faults.fired).toHaveLength(1)
      const seen = await real.postsOf(pds, engine.person.did)
      expect(seen.map(({ value }) => value.text)).toEqual(['Blind.', 'Blind.'])
    })
  })
})

interface Facet {
  index: { byteStart: number; byteEnd: number }
  features: unknown[]
}

interface SeenImage {
  alt: string
  image: { ref: { $link: string } }
}
