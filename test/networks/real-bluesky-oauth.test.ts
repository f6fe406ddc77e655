/** Signing in with Bluesky's OAuth (PAR, PKCE, DPoP) against the provider of a real server, and working with what it grants. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type {
  Call,
  Connected,
  ConnectCall,
  ConnectMethod,
  Network,
} from '../../networks/network.ts'
import { startBlueskyPds, type BlueskyPds } from '../../scripts/peers/bluesky-pds.ts'
import { decide } from '../support/bluesky-consent.ts'
import * as real from '../support/real-bluesky.ts'
import { armed, callFor, channel, post, withImage } from './rig.ts'

const folder = await real.blueskyPdsFolder()
const hourMs = 3_600_000
/** Where people come back to on their own machine; Bluesky wants it by number. */
const redirectUri = 'http://localhost:3000/api/v1/connections/callback'

describe.skipIf(!folder)('signing in on a real Bluesky server', () => {
  let pds: BlueskyPds
  let network: Network
  let oauth: ConnectMethod & { kind: 'oauth' }
  let person: real.Person
  beforeAll(async () => {
    pds = await startBlueskyPds(folder)
    network = real.networkOf(pds)
    oauth = network.connect.oauth as typeof oauth
  })
  afterAll(() => pds?.close())
  beforeEach(async () => {
    person = await real.addPerson(pds)
  })

  async function signIn(
    typed: Record<string, string> = { handle: person.handle },
    call: ConnectCall = real.connectCall({ redirectUri }),
  ): Promise<Connected> {
    const { url, pending } = await oauth.begin(call, typed)
    return oauth.finish(call, await decide(url, person), pending)
  }

  const visible = async () =>
    (await real.postsOf(pds, person.did)).map(({ value }) => String(value.text))
  const callOf = (connected: Connected): Call => callFor(channel(connected), { patience: 2_500 })

  it('asks by a pushed request, with a challenge and the state of its caller', async () => {
    const asked: { url: string; form: URLSearchParams }[] = []
    const spying: typeof fetch = (input, init) => {
      const form = new URLSearchParams(new TextDecoder().decode(init?.body as Uint8Array))
      asked.push({ url: String(input), form })
      return fetch(input, init)
    }
    const call = real.connectCall({ redirectUri, fetch: spying })
    const { url } = await oauth.begin(call, { handle: `@${person.handle}` })
    const pushed = asked.findLast((one) => one.url === `${pds.origin}/oauth/par`)!
    expect(Object.fromEntries(pushed.form)).toMatchObject({
      code_challenge_method: 'S256',
      redirect_uri: 'http://127.0.0.1:3000/api/v1/connections/callback',
      state: call.state,
      login_hint: person.handle,
    })
    // What the person's browser carries is a reference and nothing that was asked.
    expect([...new URL(url).searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
  })

  it.each([
    ['handle', () => ({ handle: person.handle })],
    ['address of its server', () => ({ handle: '', server: pds.origin })],
  ])('connects an account by the %s, publishes with it and takes down again', async (_, typed) => {
    const connected = await signIn(typed())
    expect(connected).toMatchObject({
      remoteId: person.did,
      handle: `@${person.handle}`,
      origin: pds.origin,
      scopes: ['atproto', 'transition:generic'],
    })
    const call = callOf(connected)
    const { post: outgoing } = await withImage(post('By OAuth.', 'In two parts.'), 'A meadow')
    const since = call.now()
    const frozen = await armed({ network, call }, outgoing)
    const published = await network.publish(call, frozen)
    expect(await visible()).toEqual(['By OAuth.', 'In two parts.'])
    expect(await network.find(call, frozen, since)).toEqual({ state: 'found', published })
    expect(await network.check!(call)).toMatchObject({ handle: `@${person.handle}` })
    await network.remove!(call, published)
    await network.remove!(call, published)
    expect(await visible()).toEqual([])
  })

  it('holds a token that is worth nothing without its key', async () => {
    const { secrets } = await signIn()
    const { tokenSet } = JSON.parse(secrets.oauth!) as { tokenSet: Record<string, string> }
    const asked = (authorization: string) =>
      real.xrpc(pds, 'com.atproto.server.getSession', { authorization })
    await expect(asked(`DPoP ${tokenSet.access_token}`)).rejects.toThrow(/40[01]/)
    await expect(asked(`Bearer ${tokenSet.access_token}`)).rejects.toThrow(/40[01]/)
  })

  describe('that does not come to a good end', () => {
    it('connects nothing when the person does not allow it', async () => {
      const call = real.connectCall({ redirectUri })
      const { url, pending } = await oauth.begin(call, { handle: person.handle })
      const query = await decide(url, person, 'reject')
      expect(query).toMatchObject({ error: 'access_denied', state: call.state })
      await expect(oauth.finish(call, query, pending)).rejects.toMatchObject({
        kind: 'not_permitted',
        message: expect.stringContaining('did not allow'),
      })
    })

    it('connects nothing when the answer names another server, or its code was used', async () => {
      const call = real.connectCall({ redirectUri })
      const { url, pending } = await oauth.begin(call, { handle: person.handle })
      const query = await decide(url, person)
      const foreign = { ...query, iss: 'http://localhost:1' }
      const refused = { verdict: 'no', kind: 'not_permitted' }
      await expect(oauth.finish(call, foreign, pending)).rejects.toMatchObject(refused)
      await oauth.finish(call, query, pending)
      await expect(oauth.finish(call, query, pending)).rejects.toMatchObject({ verdict: 'no' })
    })
  })

  describe('for a while', () => {
    /** Both clocks, the server's and ours, some hours later. */
    const later = async (hours: number): Promise<void> => {
      await pds.setAhead(hours * hourMs)
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * hourMs })
    }
    afterEach(async () => {
      vi.useRealTimers()
      await pds.setAhead(0)
    })

    it('never renews while it publishes: access that ran out is a certain no', async () => {
      const call = callOf(await signIn())
      const frozen = await armed({ network, call }, post('Too late.'))
      const { oauth: before } = call.channel.secrets
      await later(2)
      await expect(network.publish(call, frozen)).rejects.toMatchObject({
        verdict: 'no',
        kind: 'server_busy',
      })
      expect(call.channel.secrets.oauth).toBe(before)
      expect(await visible()).toEqual([])
    })

    /** Writes down what the server is asked for tokens, and what it says. */
    const watched = (call: Call, asked: string[]): Call => ({
      ...call,
      fetch: async (input, init) => {
        const answer = await call.fetch(input, init)
        if (!String(input).endsWith('/oauth/token')) return answer
        const { error = '' } = (await answer.clone().json()) as { error?: string }
        asked.push(`${answer.status} ${error}`.trim())
        return answer
      },
    })

    it('renews with a nonce that the server has changed meanwhile, and publishes', async () => {
      const call = callOf(await signIn())
      const frozen = await armed({ network, call }, post('Renewed.'))
      await later(2)
      const asked: string[] = []
      await network.refresh!(watched(call, asked))
      expect(asked).toEqual(['400 use_dpop_nonce', '200'])
      await network.publish(call, frozen)
      expect(await visible()).toEqual(['Renewed.'])
    })

    it('renews once when two ask at the same time', async () => {
      const call = callOf(await signIn())
      await later(2)
      const asked: string[] = []
      let turn: Promise<unknown> = Promise.resolve()
      call.channel.exclusively = (fn) => {
        const mine = turn.then(() => fn(call.channel.secrets))
        turn = mine
        return mine
      }
      const both = [network.refresh!(watched(call, asked)), network.refresh!(watched(call, asked))]
      await Promise.all(both)
      expect(asked.filter((one) => one === '200')).toHaveLength(1)
      await network.publish(call, await armed({ network, call }, post('Still in.')))
      expect(await visible()).toEqual(['Still in.'])
    })

    it('is lost with a lost reply, as a stolen token would be, and says so at once', async () => {
      const call = callOf(await signIn())
      await later(2)
      const lossy: Call = {
        ...call,
        fetch: async (input, init) => {
          const answer = await call.fetch(input, init)
          if (!answer.ok || !String(input).endsWith('/oauth/token')) return answer
          throw Object.assign(new Error('the reply was lost'), { code: 'ECONNRESET' })
        },
      }
      await expect(network.refresh!(lossy)).rejects.toMatchObject({ kind: 'unreachable' })
      const asked: string[] = []
      await expect(network.refresh!(watched(call, asked))).rejects.toMatchObject({
        verdict: 'no',
        kind: 'access_revoked',
      })
      expect(asked.at(-1)).toBe('400 invalid_grant')
    })

    it('is over when it is given back', async () => {
      const call = callOf(await signIn())
      await network.disconnect!(call)
      await later(2)
      await expect(network.refresh!(call)).rejects.toMatchObject({
        verdict: 'no',
        kind: 'access_revoked',
      })
    })
  })
})
