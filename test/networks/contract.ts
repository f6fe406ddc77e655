/** The same promises for every network: what is published is found, what is not is not, and no fault is taken for a certain answer. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetworkError, type Found, type Frozen } from '../../networks/network.ts'
import type { FaultKind } from '../support/simulators/faults.ts'
import { armed, keepNothing, post, type Rig } from './rig.ts'

const before: FaultKind[] = ['reset_before', 'error_before']
const after: FaultKind[] = ['lost_reply', 'error_after', 'cut_reply', 'slow']
const secretText = 'Words that stand in no error: ünïcode ☕'

/** The rig of the test that runs. */
type Current = () => Rig

/** Declares the contract of networks as tests over what `open` opens. `local`: nothing lies between us and this network. */
export function contract(
  name: string,
  open: () => Promise<Rig>,
  { local = false }: { local?: boolean } = {},
): void {
  describe(name, () => {
    let rig: Rig
    beforeEach(async () => {
      rig = await open()
    })
    afterEach(() => rig?.close())
    publishesAndFinds(() => rig)
    keepsItsHeadUnderFaults(() => rig)
    if (!local) tellsRefusals(() => rig)
  })
}

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

const find = (
  { network, call }: Rig,
  frozen: Frozen,
  since = call.now(),
  others?: string[],
): Promise<Found> => network.find(call, frozen, since, { others: others ?? [], stands: [] })

function publishesAndFinds(current: Current): void {
  it('publishes a post once and then finds it where it said it is', async () => {
    const rig = current()
    const since = rig.call.now()
    const frozen = await armed(rig, post(secretText))
    const published = await rig.network.publish(rig.call, frozen)
    expect(URL.canParse(published.permalink)).toBe(true)
    expect(await rig.visible()).toEqual([secretText.normalize('NFC')])
    expect(await find(rig, frozen, since)).toEqual({ state: 'found', published })
  })

  it('publishes a thread in its order and finds all of it', async () => {
    const rig = current()
    const since = rig.call.now()
    const frozen = await armed(rig, post('One of three', 'Two of three', 'Three of three'))
    const published = await rig.network.publish(rig.call, frozen)
    expect(await rig.visible()).toEqual(['One of three', 'Two of three', 'Three of three'])
    expect(await find(rig, frozen, since)).toEqual({ state: 'found', published })
  })

  it('says of a post that was armed and never sent that it is certainly not there', async () => {
    const rig = current()
    const since = rig.call.now()
    const { remoteId } = await rig.network.publish(rig.call, await armed(rig, post('Another post')))
    const other = { ...rig, call: { ...rig.call, deliveryId: 'another' } }
    const frozen = await armed(other, post(secretText))
    expect(await find(other, frozen, since, [remoteId])).toMatchObject({ state: 'absent' })
  })

  it('freezes the same payload and handle from the same token and instant', async () => {
    const { network, call } = current()
    const outgoing = post(secretText, 'and more')
    const prepared = await network.prepare(call, outgoing, null, keepNothing)
    const at = new Date('2026-11-24T09:00:00Z')
    const fixed = { token: 'a-token', at, channel: call.channel }
    expect(network.compose(outgoing, prepared, fixed)).toEqual(
      network.compose(outgoing, prepared, fixed),
    )
  })

  it('takes a post and a thread down, and once more without complaint', async () => {
    const rig = current()
    const frozen = await armed(rig, post('Part one', 'Part two'))
    const published = await rig.network.publish(rig.call, frozen)
    await rig.network.remove!(rig.call, published)
    expect(await rig.visible()).toEqual([])
    await rig.network.remove!(rig.call, published)
  })
}

function keepsItsHeadUnderFaults(current: Current): void {
  it.each(before)('calls %s ambiguous, and finding proves the post absent', async (kind) => {
    const rig = current()
    const since = rig.call.now()
    const frozen = await armed(rig, post(secretText))
    rig.faults.add({ kind, on: rig.labels.publish })
    const error = await failure(rig.network.publish(rig.call, frozen))
    expect(rig.faults.fired).toHaveLength(1)
    expect(error.verdict).toBe('ambiguous')
    tellsNothing(rig, error)
    expect(await find(rig, frozen, since)).toMatchObject({ state: 'absent' })
    expect(await rig.visible()).toEqual([])
  })

  it.each(after)('calls %s ambiguous, and finding proves the post published', async (kind) => {
    const rig = current()
    const since = rig.call.now()
    const frozen = await armed(rig, post(secretText))
    rig.faults.add({ kind, on: rig.labels.publish, delayMs: rig.patienceMs * 2.5 })
    const error = await failure(rig.network.publish(rig.call, frozen))
    expect(rig.faults.fired).toHaveLength(1)
    expect(error.verdict).toBe('ambiguous')
    tellsNothing(rig, error)
    expect(await find(rig, frozen, since)).toMatchObject({ state: 'found' })
    expect(await rig.visible()).toHaveLength(1)
  })

  it('never answers absent when the network could not be asked', async () => {
    const rig = current()
    const frozen = await armed(rig, post(secretText))
    for (const kind of ['reset_before', 'error_before', 'error_after', 'cut_reply'] as const) {
      rig.faults.add({ kind, on: rig.labels.find })
      expect(await failure(find(rig, frozen))).toMatchObject({ verdict: 'ambiguous' })
    }
    expect(rig.faults.fired).toHaveLength(4)
  })
}

function tellsRefusals(current: Current): void {
  it('takes a limit before acceptance for a certain no with a time', async () => {
    const rig = current()
    const frozen = await armed(rig, post(secretText))
    rig.faults.add({ kind: 'limited', on: rig.labels.publish })
    const error = await failure(rig.network.publish(rig.call, frozen))
    expect(error).toMatchObject({ verdict: 'no', kind: 'rate_limited' })
    expect(error.retryAt!.getTime()).toBeGreaterThan(rig.call.now().getTime() + 60_000)
    expect(await rig.visible()).toEqual([])
  })

  it('takes a refused access for a certain no that a person must mend', async () => {
    const rig = current()
    const frozen = await armed(rig, post(secretText))
    await rig.revoke()
    const error = await failure(rig.network.publish(rig.call, frozen))
    expect(error).toMatchObject({ verdict: 'no', kind: 'access_revoked' })
    expect(error.message).toContain(new URL(rig.call.channel.origin).host)
    tellsNothing(rig, error)
    expect(await failure(rig.network.check!(rig.call))).toMatchObject({ kind: 'access_revoked' })
  })

  it('takes a text beyond the limit for a certain no', async () => {
    const rig = current()
    const frozen = await armed(rig, post('x'.repeat(rig.network.manifest.textMax + 1)))
    const error = await failure(rig.network.publish(rig.call, frozen))
    expect(error).toMatchObject({ verdict: 'no', kind: 'content_refused' })
    expect(await rig.visible()).toEqual([])
  })

  it('takes a server that is not there for a certain no', async () => {
    const rig = current()
    const frozen = await armed(rig, post(secretText))
    await rig.close()
    expect(await failure(rig.network.publish(rig.call, frozen))).toMatchObject({
      verdict: 'no',
      kind: 'unreachable',
    })
    expect(await failure(find(rig, frozen))).toMatchObject({ verdict: 'ambiguous' })
  })
}
