/** Rigs over real servers: an account of its own for each test, behind a proxy that loses what it is told to lose. */
import type { BlueskyPds } from '../../scripts/peers/bluesky-pds.ts'
import type { MastodonMock } from '../../scripts/peers/mastodon-mock.ts'
import { mastodon } from '../../networks/mastodon/network.ts'
import * as blue from '../support/real-bluesky.ts'
import * as masto from '../support/real-mastodon.ts'
import { callFor, channel, type Rig } from './rig.ts'

/** A server in a process of its own, on a machine that is busy with other tests. */
const patienceMs = 2_500

/** Connected by an app password, through the product's own form. */
export async function realBlueskyRig(pds: BlueskyPds): Promise<Rig & { person: blue.Person }> {
  const [person, proxy] = await Promise.all([blue.addPerson(pds), blue.lossyPds(pds)])
  const connected = await blue.connectByPassword(pds, person, proxy.origin)
  return {
    person,
    network: blue.networkOf(pds),
    call: callFor(channel(connected), { patience: patienceMs }),
    faults: proxy.faults,
    labels: { publish: 'publish', find: 'get' },
    patienceMs,
    visible: async () =>
      (await blue.postsOf(pds, person.did)).map(({ value }) => String(value.text)),
    revoke: () => blue.deleteAccount(pds, person.did),
    close: proxy.close,
  }
}

export async function realMastodonRig(
  server: MastodonMock,
): Promise<Rig & { person: masto.Person }> {
  const [person, proxy] = await Promise.all([masto.addPerson(server), masto.lossyMastodon(server)])
  const access = channel({
    origin: proxy.origin,
    remoteId: person.id,
    secrets: { accessToken: person.accessToken, clientId: 'none', clientSecret: 'none' },
  })
  const call = callFor(access, { patience: patienceMs })
  return {
    person,
    network: mastodon,
    call,
    faults: proxy.faults,
    labels: { publish: 'publish', find: 'list' },
    patienceMs,
    visible: async () => (await masto.statusesOf(server, person.id)).map(({ text }) => text),
    revoke: () => mastodon.disconnect!(call),
    close: proxy.close,
  }
}
