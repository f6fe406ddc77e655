/** What stands in front of a server answers in its own way, also after the post was stored: only the network's own words are believed. */
import { afterEach, describe, expect, it } from 'vitest'
import { NetworkError } from '../../networks/network.ts'
import type { FaultKind } from '../support/simulators/faults.ts'
import { armed, blueskyRig, mastodonRig, post, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig?.close())

const statuses = [301, 400, 401, 403, 404, 413, 429]
const failure = async (work: Promise<unknown>): Promise<NetworkError> => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(NetworkError)
  return error as NetworkError
}

describe.each<[string, () => Promise<Rig>]>([
  ['mastodon', () => mastodonRig()],
  ['bluesky', blueskyRig],
])('a proxy in front of %s', (_, open) => {
  it.each(
    statuses.flatMap(
      (status) =>
        [
          ['proxy_before', status],
          ['proxy_after', status],
        ] as [FaultKind, number][],
    ),
  )(
    'that answers a post in its own words (%s, HTTP %i) has said nothing about it',
    async (kind, status) => {
      rig = await open()
      const since = rig.call.now()
      const frozen = await armed(rig, post('Behind a proxy.'))
      rig.faults.add({ kind, on: rig.labels.publish, status })
      expect(await failure(rig.network.publish(rig.call, frozen))).toMatchObject({
        verdict: 'ambiguous',
      })
      const found = await rig.network.find(rig.call, frozen, since)
      expect(found.state).toBe(kind === 'proxy_after' ? 'found' : 'absent')
    },
  )

  it.each(statuses)('that answers a check (HTTP %i) ends no access', async (status) => {
    rig = await open()
    for (const on of ['verify', 'session']) rig.faults.add({ kind: 'proxy_before', on, status })
    const error = await failure(rig.network.check!(rig.call))
    expect(['server_busy', 'rate_limited']).toContain(error.kind)
  })
})

describe('renewing the access to a Bluesky server', () => {
  it.each(statuses)('is tried again after a proxy’s answer (HTTP %i)', async (status) => {
    rig = await blueskyRig()
    rig.call.channel.secrets.accessJwt = ''
    rig.faults.add({ kind: 'proxy_before', on: 'refresh', status })
    const error = await failure(rig.network.refresh!(rig.call))
    expect(['server_busy', 'rate_limited']).toContain(error.kind)
    expect(rig.faults.fired).toHaveLength(1)
    await rig.network.refresh!(rig.call)
    expect(rig.call.channel.secrets.accessJwt).not.toBe('')
  })

  it('ends with the server’s own word', async () => {
    rig = await blueskyRig()
    Object.assign(rig.call.channel.secrets, { accessJwt: '', refreshJwt: 'of nobody' })
    expect(await failure(rig.network.refresh!(rig.call))).toMatchObject({ kind: 'access_revoked' })
  })
})
