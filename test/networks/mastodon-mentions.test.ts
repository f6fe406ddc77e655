/** Who is mentioned on Mastodon: asked of the channel's own server, said to people, and never in the way of the post. */
import { refusals } from '#contract/posts/refusals.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHttp } from '../../core/platform/http/http.ts'
import { mentionsIn } from '../../networks/mastodon/mentions.ts'
import { mastodon } from '../../networks/mastodon/network.ts'
import type { Call } from '../../networks/network.ts'
import { mastodonSimulator, type MastodonSimulator } from '../support/simulators/mastodon.ts'
import { callFor, channel, keepNothing, post } from './rig.ts'

let server: MastodonSimulator
let call: Call
beforeAll(async () => {
  server = await mastodonSimulator({ met: ['grace@elsewhere.example'] })
})
afterAll(() => server.close())
beforeEach(() => {
  server.faults.clear()
  const access = channel({
    origin: server.origin,
    remoteId: server.account('ada').id,
    secrets: { accessToken: server.token('ada') },
  })
  const guarded = createHttp({ allowPrivateOrigins: [server.origin], timeoutMs: 10_000 })
  call = { ...callFor(access), fetch: guarded }
})

/** What is said of a text, and whether it went out as it is. */
async function told(text: string): Promise<{ said: string[]; sent: boolean }> {
  const outgoing = post(text)
  const prepared = await mastodon.prepare(call, outgoing, null, keepNothing)
  const frozen = { token: crypto.randomUUID(), at: call.now(), channel: call.channel }
  await mastodon.publish(call, mastodon.compose(outgoing, prepared, frozen))
  return {
    said: mastodon.remarks!(prepared).map(refusals.say),
    sent: server.visible('ada').at(-1)!.text === text,
  }
}
const host = () => new URL(server.origin).host

describe('whom a text mentions', () => {
  it('is read as the server reads it', () => {
    const text =
      'Hi @Ada, (@grace@elsewhere.example). Not a@b.example, https://x.example/@bo or @ada'
    expect(mentionsIn(text)).toEqual(['ada', 'grace@elsewhere.example'])
    expect(mentionsIn('Nobody at all')).toEqual([])
  })
})

describe('a mention', () => {
  it('of somebody the server has met leaves nothing to say, here and elsewhere', async () => {
    expect(await told('Soup by @ada and @Grace@elsewhere.example')).toEqual({
      said: [],
      sent: true,
    })
  })
  it('of nobody on the server itself is said to be plain text', async () => {
    expect(await told('Soup by @nobody_here')).toEqual({
      said: [`Nobody on ${host()} is @nobody_here, so it is plain text there and no mention.`],
      sent: true,
    })
  })
  it('of somebody the server has not met is not said to be nobody', async () => {
    const { said, sent } = await told('Soup by @lin@faraway.example')
    expect(sent).toBe(true)
    expect(said).toEqual([
      `${host()} has not met @lin@faraway.example yet and asks faraway.example when the post arrives; if nobody there is called so, it is plain text there and no mention.`,
    ])
  })
  it.each(['reset_before', 'error_before', 'limited', 'cut_reply'] as const)(
    'goes out although the server cannot be asked (%s), and that is said',
    async (kind) => {
      server.faults.add({ kind, on: 'lookup' })
      const { said, sent } = await told('Soup by @ada')
      expect(server.faults.fired).toHaveLength(1)
      expect(sent).toBe(true)
      expect(said).toEqual([
        `${host()} could not be asked who @ada is; if it finds nobody when the post arrives, it is plain text there and no mention.`,
      ])
    },
  )
  it('waits no more than a moment for a server that does not answer, however many are mentioned', async () => {
    server.faults.add({ kind: 'slow', on: 'lookup', delayMs: 20_000 })
    const began = performance.now()
    const { said, sent } = await told('Soup by @ada, @bo and @cy')
    expect(performance.now() - began).toBeLessThan(4000)
    expect(sent).toBe(true)
    expect(said).toHaveLength(3)
  })
  it('of what an earlier build prepared is no trouble', () => {
    expect(mastodon.remarks!({ uploads: [[]] })).toEqual([])
  })
})
