/** Every kind of network with every behaviour of a server: what is right stands in `right.ts`. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { behaviours, classes, right, type Behaviour, type Class } from './right.ts'
import { openScene } from './scene.ts'

const names = Object.keys(classes) as Class[]
const lateMs = 2_000
/** Whatever nobody knows stands among what is listed, as near as a server’s clock can be trusted. */
const apartMs = 2_500

describe.skipIf(!inject('temporalAddress'))('a call that goes wrong', () => {
  it.each(names)(
    'on a network with %s ends as it should, whatever its server does',
    async (of) => {
      const { network, server } = classes[of]
      await using scene = await openScene(network, { server })
      const ends: [Behaviour, string, number][] = []
      for (const behaviour of Object.keys(behaviours) as Behaviour[]) {
        scene.faults.clear()
        scene.faults.add({ ...behaviours[behaviour], on: 'publish' })
        const sent = await scene.send()
        expect(scene.faults.fired, behaviour).toHaveLength(1)
        if (behaviour === 'arrives late') await pause(lateMs)
        if (sent.state === 'unconfirmed') await pause(apartMs)
        ends.push([behaviour, sent.state, await scene.visible(sent.text)])
      }
      expect(ends).toEqual(ends.map(([behaviour]) => [behaviour, right(of, behaviour), 1]))
    },
    120_000,
  )

  it('matters: a server without keys that is not waited for has two copies', async () => {
    const { server } = classes['listable, without keys']
    await using scene = await openScene('mastodon', { server, env: { LATE_MS: '0' } })
    scene.faults.add({ ...behaviours['arrives late'], on: 'publish' })
    const sent = await scene.send()
    await pause(lateMs)
    expect(await scene.visible(sent.text)).toBe(2)
  })
})
