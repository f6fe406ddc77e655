/**
 * Random fault scripts: six with `npm test`, sixty in continuous integration; `npm run faults -- --seed N --count N --network NAME` runs more
 * of them and prints what came of them.
 */
import { writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import type { Step } from '../../activities/publishing/steps.ts'
import type { FaultKind } from '../support/simulators/faults.ts'
import { networks, steps } from './expect-once.ts'
import { behaviours, classes, right, type Behaviour, type Class } from './right.ts'
import { openScene, type Scene } from './scene.ts'
import type { NetworkName } from './sides.ts'

const wanted = {
  seed: Number(process.env.FAULTS_SEED ?? 1),
  count: Number(process.env.FAULTS_COUNT ?? (process.env.CI ? 60 : 6)),
  network: process.env.FAULTS_NETWORK as NetworkName | undefined,
  out: process.env.FAULTS_OUT,
}

/** mulberry32: small, seeded, good enough to choose scripts. */
function chooser(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!
}

type Choose = ReturnType<typeof chooser>

/** What befalls one post. */
interface Script {
  /** The work ends at this step … */
  dieAt?: Step
  /** … or the call meets this, … */
  call?: Behaviour
  /** … and then the question to the network meets this. */
  ask?: FaultKind
}

const noTally = (seed: number) => ({
  faults: 0,
  kills: 0,
  published: 0,
  unconfirmed: 0,
  duplicates: 0,
  lost: 0,
  seed,
})
type Tally = ReturnType<typeof noTally>

describe.skipIf(!inject('temporalAddress'))('random faults', () => {
  it(`never show a post twice and never lose one (seed ${wanted.seed})`, async () => {
    const choose = chooser(wanted.seed)
    const tally = noTally(wanted.seed)
    const wrong: string[] = []
    const scenes = new Map<Class | 'page', number>()
    for (let i = 0; i < wanted.count; i += 1) {
      const on = classOn(wanted.network ?? choose(networks), choose)
      scenes.set(on, (scenes.get(on) ?? 0) + 1)
    }
    for (const [on, count] of scenes) {
      const { network, server } = on === 'page' ? { network: on, server: {} } : classes[on]
      await using scene = await openScene(network, { server })
      for (let i = 0; i < count; i += 1)
        wrong.push(...(await play(scene, on, scriptFor(on, choose), tally)))
    }
    if (wanted.out) writeFileSync(wanted.out, JSON.stringify(tally))
    expect(wrong).toEqual([])
    expect(tally).toMatchObject({ duplicates: 0, lost: 0 })
    expect(tally.faults + tally.kills).toBe(wanted.count)
  }, 3_600_000)

  it('are not counted when they never came', async () => {
    const tally = noTally(0)
    await using scene = await openScene('page')
    // The page is reached without a call that could break.
    await play(scene, 'page', { call: 'cuts after' }, tally)
    await play(scene, 'page', { dieAt: 'asked' }, tally)
    expect(tally).toEqual(noTally(0))
  })
})

/** A network, as a server of one of its kinds. */
function classOn(network: NetworkName, choose: Choose): Class | 'page' {
  if (network === 'page') return network
  return choose(
    (Object.keys(classes) as Class[]).filter((name) => classes[name].network === network),
  )
}

/** The page is in our own database: no call of its can be lost on the way. Where posts cannot be told apart only calls have one right end. */
function scriptFor(on: Class | 'page', choose: Choose): Script {
  if (on === 'page' || (classes[on].tellsApart && choose([true, false])))
    return { dieAt: choose(steps) }
  const call = choose(Object.keys(behaviours) as Behaviour[])
  return choose([1, 2, 3]) > 1 ? { call } : { call, ask: choose(['reset_before', 'error_before']) }
}

/** Longer than a late request takes; and than what nobody knows is listed beside the next post. */
const arriveMs = 2_000
const apartMs = 2_500

/** One post under one script; a script counts only when its fault took place, but a post that is lost or there twice always does. Says what ended wrongly. */
async function play(
  scene: Scene,
  on: Class | 'page',
  { dieAt, call, ask }: Script,
  tally: Tally,
): Promise<string[]> {
  scene.faults.clear()
  if (call) scene.faults.add({ ...behaviours[call], on: 'publish' })
  // Mastodon's statuses are listed, Bluesky's records are got.
  if (ask) for (const label of ['list', 'get']) scene.faults.add({ kind: ask, on: label })
  const sent = await scene.send(dieAt && { at: dieAt })
  if (call === 'arrives late') await pause(arriveMs)
  if (sent.state === 'unconfirmed') await pause(apartMs)
  const seen = await scene.visible(sent.text)
  if (seen > 1) tally.duplicates += 1
  if (seen === 0 && sent.state !== 'unconfirmed') tally.lost += 1
  const fired = scene.faults.fired.some((fault) => fault.on === 'publish')
  if (!(dieAt ? sent.fired : fired)) return []
  tally[dieAt ? 'kills' : 'faults'] += 1
  if (sent.state === 'published' || sent.state === 'unconfirmed') tally[sent.state] += 1
  const wanted = call && on !== 'page' ? right(on, call) : 'published'
  return sent.state === wanted ? [] : [`${on}, ${call ?? dieAt}, ${ask ?? ''}: ${sent.state}`]
}
