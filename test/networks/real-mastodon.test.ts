/** Mastodon against an API that others wrote. What it does not check, the strict simulator does. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mastodon } from '../../networks/mastodon/network.ts'
import type { ConnectMethod } from '../../networks/network.ts'
import { startMastodonMock, type MastodonMock } from '../../scripts/peers/mastodon-mock.ts'
import { connectCall } from '../support/real-bluesky.ts'
import {
  addPerson,
  faultsWaiting,
  mastodonMockFolder,
  statusesOf,
  strike,
} from '../support/real-mastodon.ts'
import { contract } from './contract.ts'
import { realMastodonRig } from './real-rig.ts'
import { armed, callFor, channel, post, withImage } from './rig.ts'

const folder = await mastodonMockFolder()
const oauth = mastodon.connect.oauth as ConnectMethod & { kind: 'oauth' }

/** Agrees on the server's page as a person does: opens it, picks the account, and comes back with what it hands over. */
async function agree(url: string, username: string): Promise<Record<string, string>> {
  const page = await (await fetch(url)).text()
  const form = new URLSearchParams({ username })
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g))
    form.set(name!, value!)
  const action = new URL(/action="([^"]+)"/.exec(page)![1]!, url)
  const back = await fetch(action, { method: 'POST', body: form, redirect: 'manual' })
  return Object.fromEntries(new URL(back.headers.get('location')!).searchParams)
}

describe.skipIf(!folder)('on an independent Mastodon server', () => {
  let server: MastodonMock
  let rig: Awaited<ReturnType<typeof realMastodonRig>>
  beforeAll(async () => {
    server = await startMastodonMock(folder)
  })
  afterAll(() => server?.close())

  contract('the contract', () => realMastodonRig(server))

  describe('connecting', () => {
    it('registers once, lets the person agree, and publishes with what was granted', async () => {
      const person = await addPerson(server)
      const kept = new Map<string, Record<string, string>>()
      const apps = {
        get: async (origin: string) => kept.get(origin) ?? null,
        put: async (origin: string, app: Record<string, string>) => void kept.set(origin, app),
      }
      const call = connectCall({ apps })
      const { url, pending } = await oauth.begin(call, { server: server.origin })
      const query = await agree(url, person.username)
      expect(query.state).toBe(call.state)
      const connected = await oauth.finish(call, query, pending)
      expect(connected).toMatchObject({
        remoteId: person.id,
        handle: `@${person.username}@${new URL(server.origin).host}`,
        scopes: ['read:accounts', 'read:statuses', 'write:statuses', 'write:media'],
        settings: { version: '4.6.0', idempotency: true, limits: { maxCharacters: 500 } },
      })

      const published = callFor(channel(connected), { patience: 2_500 })
      const frozen = await armed({ network: mastodon, call: published }, post('Signed in.'))
      await mastodon.publish(published, frozen)
      expect((await statusesOf(server, person.id)).map(({ text }) => text)).toEqual(['Signed in.'])

      const registered = new Map(kept)
      const again = await oauth.begin(call, { server: server.origin })
      expect(kept).toEqual(registered)
      expect(new URL(again.url).searchParams.get('client_id')).toBe(
        registered.get(server.origin)!.clientId,
      )
    })

    it('connects nothing with a code that the server does not know', async () => {
      const call = connectCall()
      const { pending } = await oauth.begin(call, { server: server.origin })
      const query = { code: 'invented', state: call.state }
      await expect(oauth.finish(call, query, pending)).rejects.toMatchObject({
        verdict: 'no',
        kind: 'not_permitted',
      })
    })
  })

  describe('publishing', () => {
    beforeEach(async () => {
      rig = await realMastodonRig(server)
      return rig.close
    })

    it('shows one post when the same one arrives again, and when eight arrive at once', async () => {
      const frozen = await armed(rig, post('Once.'))
      const send = () => mastodon.publish(rig.call, frozen)
      const first = await send()
      expect(await send()).toEqual(first)
      const others = await armed(rig, post('Eight times.'))
      const all = await Promise.all(
        Array.from({ length: 8 }, () => mastodon.publish(rig.call, others)),
      )
      expect(new Set(all.map(({ remoteId }) => remoteId)).size).toBe(1)
      expect(await rig.visible()).toEqual(['Once.', 'Eight times.'])
    })

    it('shows the same words twice when they are two posts', async () => {
      for (let time = 0; time < 2; time += 1)
        await mastodon.publish(rig.call, await armed(rig, post('Twice.')))
      expect(await rig.visible()).toEqual(['Twice.', 'Twice.'])
    })

    it('brings an image with its description, byte for byte, and finds the post by it', async () => {
      const alt = 'A green field: “the meadow” ünd 🌱'
      const { post: outgoing, bytes } = await withImage(post('With an image.'), alt)
      const since = rig.call.now()
      const frozen = await armed(rig, outgoing)
      const published = await mastodon.publish(rig.call, frozen)
      const [status] = await statusesOf(server, rig.person.id)
      expect(status!.media_attachments).toMatchObject([{ description: alt }])
      // The server builds this address from the one it was called by, which is the proxy's or its own.
      const path = new URL(status!.media_attachments[0]!.url).pathname
      const stored = await (await fetch(`${server.origin}${path}`)).arrayBuffer()
      expect(Buffer.from(stored).equals(bytes)).toBe(true)
      expect(await mastodon.find(rig.call, frozen, since)).toEqual({ state: 'found', published })
    })

    it('hangs each part of a thread below the one before', async () => {
      const frozen = await armed(rig, post('One', 'Two', 'Three'))
      const { remoteId } = await mastodon.publish(rig.call, frozen)
      const seen = await statusesOf(server, rig.person.id)
      const ids = seen.map(({ id }) => id)
      expect(remoteId).toBe(ids.join(','))
      expect(seen.map((status) => status.in_reply_to_id)).toEqual([null, ids[0], ids[1]])
    })

    it('finds how far a thread came that broke off in the middle, and goes on below it', async () => {
      const since = rig.call.now()
      const frozen = await armed(rig, post('One', 'Two', 'Three'))
      rig.faults.add({ kind: 'lost_reply', on: 'publish', skip: 1 })
      await expect(mastodon.publish(rig.call, frozen)).rejects.toMatchObject({
        verdict: 'ambiguous',
      })
      const found = await mastodon.find(rig.call, frozen, since)
      expect(await rig.visible()).toEqual(['One', 'Two'])
      if (found.state !== 'part') throw new Error(`it is ${found.state}`)
      await mastodon.publish(rig.call, frozen, found.stands)
      expect(await rig.visible()).toEqual(['One', 'Two', 'Three'])
    })

    it('recognises a text that the server has dressed as HTML', async () => {
      const text =
        'Less < more & "quotes"\nhttps://example.org/a?b=1&c=2 #meadow\n\nA new paragraph.'
      const since = rig.call.now()
      const frozen = await armed(rig, post(text))
      const published = await mastodon.publish(rig.call, frozen)
      const { content } = (await statusesOf(server, rig.person.id))[0]!
      expect(content).toContain('&lt; more &amp;')
      expect(content).toContain('<a ')
      expect(await mastodon.find(rig.call, frozen, since)).toEqual({ state: 'found', published })
    })

    it('counts what a post got', async () => {
      const published = await mastodon.publish(rig.call, await armed(rig, post('Counted.')))
      const { accessToken } = await addPerson(server)
      const like = `${server.origin}/api/v1/statuses/${published.remoteId}/favourite`
      const headers = { authorization: `Bearer ${accessToken}` }
      await fetch(like, { method: 'POST', headers })
      expect(await mastodon.metrics!(rig.call, published)).toEqual({
        likes: 1,
        reposts: 0,
        replies: 0,
      })
    })
  })

  describe('the server’s own faults', () => {
    beforeEach(async () => {
      rig = await realMastodonRig(server)
      return rig.close
    })

    it.each([
      { effect: { type: 'status', status: 503 }, verdict: 'ambiguous', kind: 'server_busy' },
      { effect: { type: 'status', status: 500 }, verdict: 'ambiguous', kind: 'server_busy' },
      { effect: { type: 'malformed' }, verdict: 'ambiguous', kind: 'server_busy' },
      { effect: { type: 'status', status: 401 }, verdict: 'no', kind: 'access_revoked' },
      { effect: { type: 'status', status: 403 }, verdict: 'no', kind: 'not_permitted' },
      { effect: { type: 'status', status: 422 }, verdict: 'no', kind: 'content_refused' },
      { effect: { type: 'ratelimit' }, verdict: 'no', kind: 'rate_limited' },
    ])('calls $effect.type $effect.status “$verdict, $kind”, and finds nothing', async (fault) => {
      const since = rig.call.now()
      const frozen = await armed(rig, post('Struck.'))
      await strike(server, '/api/v1/statuses', fault.effect)
      const { verdict, kind } = fault
      await expect(mastodon.publish(rig.call, frozen)).rejects.toMatchObject({ verdict, kind })
      expect(await faultsWaiting(server)).toBe(0)
      expect(await mastodon.find(rig.call, frozen, since)).toMatchObject({ state: 'absent' })
      await mastodon.publish(rig.call, frozen)
      expect(await rig.visible()).toEqual(['Struck.'])
    })
  })
})
