/** Random fault scripts; `npm run faults -- --seed N --count N --network NAME` runs more of them and prints what came of them. */
import { writeFileSync } from 'node:fs'
import { describe, expect, inject, it } from 'vitest'
import { kinds, networks, steps } from './expect-once.ts'
import { openScene, type Scene } from './scene.ts'
import type { NetworkName } from './sides.ts'

const wanted = {
  seed: Number(process.env.FAULTS_SEED ?? 1),
  count: Number(process.env.FAULTS_COUNT ?? 6),
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

describe.skipIf(!inject('temporalAddress'))('random faults', () => {
  it(`never show a post twice and never lose one (seed ${wanted.seed})`, async () => {
    const choose = chooser(wanted.seed)
    const tally = {
      faults: 0,
      kills: 0,
      published: 0,
      unconfirmed: 0,
      duplicates: 0,
      lost: 0,
      seed: wanted.seed,
    }
    const scenes = new Map<NetworkName, number>()
    for (let i = 0; i < wanted.count; i += 1) {
      const network = wanted.network ?? choose(networks)
      scenes.set(network, (scenes.get(network) ?? 0) + 1)
    }
    for (const [network, count] of scenes) {
      await using scene = await openScene(network)
      for (let i = 0; i < count; i += 1) await play(scene, network, choose, tally)
    }
    if (wanted.out) writeFileSync(wanted.out, JSON.stringify(tally))
    expect(tally).toMatchObject({ duplicates: 0, lost: 0 })
    expect(tally.faults + tally.kills).toBe(wanted.count)
  }, 3_600_000)
})

type Tally = Record<
  'faults' | 'kills' | 'published' | 'unconfirmed' | 'duplicates' | 'lost' | 'seed',
  number
>

/** One post under one script; a script counts only when its fault took place. */
async function play(
  scene: Scene,
  network: NetworkName,
  choose: ReturnType<typeof chooser>,
  tally: Tally,
) {
  const killing = network === 'page' || choose([true, false])
  scene.faults.clear()
  if (!killing) scene.faults.add({ kind: choose(kinds), on: 'publish', delayMs: 1_500 })
  const sent = await scene.send(killing ? { at: choose(steps) } : undefined)
  if (killing && sent.fired) tally.kills += 1
  if (!killing && scene.faults.fired.length > 0) tally.faults += 1
  const seen = await scene.visible(sent.text)
  if (sent.state === 'published') tally.published += 1
  if (sent.state === 'unconfirmed') tally.unconfirmed += 1
  if (seen > 1) tally.duplicates += 1
  if (seen === 0 && sent.state !== 'unconfirmed') tally.lost += 1
}
