/** The same promises for every network: what is published is found, what is not is not, and no fault is taken for a certain answer. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetworkError, type Frozen } from '../../networks/network.ts'
import type { FaultKind } from '../support/simulators/faults.ts'
import { armed, post, rigs, type Rig } from './rig.ts'

const before: FaultKind[] = ['reset_before', 'error_before']
const after: FaultKind[] = ['lost_reply', 'error_after', 'cut_reply', 'slow']
const secretText = 'Words that stand in no error: ünïcode ☕'

async function failure(work: Promise<unknown>): Promise<NetworkError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(NetworkError)
  return error as NetworkError
}

function tellsNothing(rig: Rig, error: NetworkError): void {
  const told = `${error.message} ${JSON.stringify(error)}`
  expect(told).not.toContain('Words that stand')
  for (const secret of Object.values(rig.call.channel.secrets)) expect(told).not.toContain(secret)
}

describe.each(Object.entries(rigs))('%s', (name, open) => {
  let rig: Rig
  const find = (frozen: Frozen, since = rig.call.now()) => rig.network.find(rig.call, frozen, since)

  beforeEach(async () => {
    rig = await open()
  })
  afterEach(() => rig.close())

  it('publishes a post once and then finds it where it said it is', async () => {
    const since = rig.call.now()
    const frozen = await armed(rig, post(secretText))
    const published = await rig.network.publish(rig.call, frozen)
    expect(URL.canParse(published.permalink)).toBe(true)
    expect(rig.visible()).toEqual([secretText.normalize('NFC')])
    expect(await find(frozen, since)).toEqual({ state: 'found', published })
  })

  it('publishes a thread in its order and finds all of it', async () => {
    const since = rig.call.now()
    const frozen = await armed(rig, post('One of three', 'Two of three', 'Three of three'))
    const published = await rig.network.publish(rig.call, frozen)
    expect(rig.visible()).toEqual(['One of three', 'Two of three', 'Three of three'])
    expect(await find(frozen, since)).toEqual({ state: 'found', published })
  })

  it('says of a post that was armed and never sent that it is certainly not there', async () => {
    const since = rig.call.now()
    await rig.network.publish(rig.call, await armed(rig, post('Another post')))
    const frozen = await armed(
      { ...rig, call: { ...rig.call, deliveryId: 'another' } },
      post(secretText),
    )
    expect(await rig.network.find({ ...rig.call, deliveryId: 'another' }, frozen, since)).toEqual({
      state: 'absent',
    })
  })

  it('freezes the same payload and handle from the same token and instant', async () => {
    const outgoing = post(secretText, 'and more')
    const prepared = await rig.network.prepare(rig.call, outgoing)
    const fixed = {
      token: 'a-token',
      at: new Date('2026-11-24T09:00:00Z'),
      channel: rig.call.channel,
    }
    expect(rig.network.compose(outgoing, prepared, fixed)).toEqual(
      rig.network.compose(outgoing, prepared, fixed),
    )
  })

  it.each(before)('calls %s ambiguous, and finding proves the post absent', async (kind) => {
    const since = rig.call.now()
    const frozen = await armed(rig, post(secretText))
    rig.faults.add({ kind, on: rig.labels.publish })
    const error = await failure(rig.network.publish(rig.call, frozen))
    expect(rig.faults.fired).toHaveLength(1)
    expect(error.verdict).toBe('ambiguous')
    tellsNothing(rig, error)
    expect(await find(frozen, since)).toEqual({ state: 'absent' })
    expect(rig.visible()).toEqual([])
  })

  it.each(after)('calls %s ambiguous, and finding proves the post published', async (kind) => {
    const since = rig.call.now()
    const frozen = await armed(rig, post(secretText))
    rig.faults.add({ kind, on: rig.labels.publish, delayMs: 1000 })
    const error = await failure(rig.network.publish(rig.call, frozen))
    expect(rig.faults.fired).toHaveLength(1)
    expect(error.verdict).toBe('ambiguous')
    tellsNothing(rig, error)
    expect(await find(frozen, since)).toMatchObject({ state: 'found' })
    expect(rig.visible()).toHaveLength(1)
  })

  it.skipIf(name === 'page')(
    'takes a limit before acceptance for a certain no with a time',
    async () => {
      const frozen = await armed(rig, post(secretText))
      rig.faults.add({ kind: 'limited', on: rig.labels.publish })
      const error = await failure(rig.network.publish(rig.call, frozen))
      expect(error).toMatchObject({ verdict: 'no', kind: 'rate_limited' })
      expect(error.retryAt!.getTime()).toBeGreaterThan(rig.call.now().getTime() + 60_000)
      expect(rig.visible()).toEqual([])
    },
  )

  it.skipIf(name === 'page')(
    'takes a refused access for a certain no that a person must mend',
    async () => {
      const frozen = await armed(rig, post(secretText))
      rig.revoke()
      const error = await failure(rig.network.publish(rig.call, frozen))
      expect(error).toMatchObject({ verdict: 'no', kind: 'access_revoked' })
      expect(error.message).toContain(new URL(rig.call.channel.origin).host)
      tellsNothing(rig, error)
      expect(await failure(rig.network.check!(rig.call))).toMatchObject({ kind: 'access_revoked' })
    },
  )

  it.skipIf(name === 'page')('takes a text beyond the limit for a certain no', async () => {
    const frozen = await armed(rig, post('x'.repeat(rig.network.rules.textMax + 1)))
    const error = await failure(rig.network.publish(rig.call, frozen))
    expect(error).toMatchObject({ verdict: 'no', kind: 'content_refused' })
    expect(rig.visible()).toEqual([])
  })

  it.skipIf(name === 'page')('takes a server that is not there for a certain no', async () => {
    const frozen = await armed(rig, post(secretText))
    await rig.close()
    expect(await failure(rig.network.publish(rig.call, frozen))).toMatchObject({
      verdict: 'no',
      kind: 'unreachable',
    })
    expect(await failure(find(frozen))).toMatchObject({ verdict: 'ambiguous' })
  })

  it('never answers absent when the network could not be asked', async () => {
    const frozen = await armed(rig, post(secretText))
    const label = { mastodon: 'list', bluesky: 'get', page: 'find' }[name]!
    for (const kind of ['reset_before', 'error_before', 'error_after', 'cut_reply'] as const) {
      rig.faults.add({ kind, on: label })
      expect(await failure(find(frozen))).toMatchObject({ verdict: 'ambiguous' })
    }
    expect(rig.faults.fired).toHaveLength(4)
  })

  it('takes a post and a thread down, and once more without complaint', async () => {
    const published = await rig.network.publish(
      rig.call,
      await armed(rig, post('Part one', 'Part two')),
    )
    await rig.network.remove!(rig.call, published)
    expect(rig.visible()).toEqual([])
    await rig.network.remove!(rig.call, published)
  })
})
