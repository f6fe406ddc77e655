/** Looking for a post among an account's own: what proves that it is there, and that words never prove that it is not. */
import { afterEach, describe, expect, it } from 'vitest'
import { markOf } from '../../networks/mastodon/find.ts'
import { textOf } from '../../networks/mastodon/html.ts'
import { rewritable, rewritten } from '../support/simulators/rewriting.ts'
import type { MastodonOptions } from '../support/simulators/mastodon.ts'
import { armed, mastodonRig, post, withImage, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig?.close())

const words = rewritable('A word of ours.')

/** Publishes on a server and asks whether it is there. */
async function lookAfter(options: MastodonOptions, lost = post(words), before = async () => {}) {
  rig = await mastodonRig(options)
  const since = rig.call.now()
  await before()
  const frozen = await armed(rig, lost)
  await rig.network.publish(rig.call, frozen)
  return rig.network.find(rig.call, frozen, since)
}

describe('a post on a server that rewrites words', () => {
  it('is found by the text as it was sent, where the server keeps it', async () => {
    expect(await lookAfter({ rewrites: true })).toMatchObject({ state: 'found' })
  })

  it('is never called absent where the server keeps no source: a person is shown what is there', async () => {
    const found = await lookAfter({ rewrites: true, keepsSource: false })
    expect(found).toMatchObject({ state: 'unknown', shown: [{ url: expect.any(String) }] })
  })

  it('is found by its images whatever became of its words', async () => {
    const { post: pictured } = await withImage(post(words), 'A bench')
    expect(await lookAfter({ rewrites: true, keepsSource: false }, pictured)).toMatchObject({
      state: 'found',
    })
  })

  it('is found where only its characters are written otherwise', async () => {
    const plain = post('It’s “new” & <good>')
    expect(await lookAfter({ rewrites: true, keepsSource: false }, plain)).toMatchObject({
      state: 'found',
    })
  })
})

describe('a post that never arrived', () => {
  async function armedBeside(beside: () => Promise<string[]>, text = words) {
    const since = rig.call.now()
    const frozen = await armed(rig, post(text))
    const others = await beside()
    return rig.network.find(rig.call, frozen, since, { others, stands: [] })
  }
  const publish = async (outgoing = post('Somebody else’s words')) =>
    (await rig.network.publish(rig.call, await armed(rig, outgoing))).remoteId

  it('is not proven absent by another post beside it, whose words may be its own, rewritten', async () => {
    rig = await mastodonRig({ keepsSource: false })
    expect(await armedBeside(async () => (await publish(), []))).toMatchObject({ state: 'unknown' })
  })

  it('is absent when everything beside it is known to be another post', async () => {
    rig = await mastodonRig({ keepsSource: false })
    const found = await armedBeside(async () => [await publish()])
    expect(found).toEqual({ state: 'absent', by: 'listing' })
  })

  it('is absent when what is beside it has other images, or answers something', async () => {
    rig = await mastodonRig({ keepsSource: false })
    const found = await armedBeside(async () => {
      await publish((await withImage(post('With an image'), 'A bench')).post)
      return [await publish()]
    })
    expect(found).toEqual({ state: 'absent', by: 'listing' })
  })
})

describe('the words of a status', () => {
  it('are read from whatever HTML a server makes of them', () => {
    expect(textOf('<p>a<br>b<br />c</p><p>d</p>')).toBe('a\nb\nc\nd\n')
    expect(textOf('&lt;&#60;&#x3c;&mdash;&hellip;&nbsp;&amp;amp;')).toBe('<<<—…\u00a0&amp;')
    expect(textOf('a & b &nosuch; &#xD800; &#0; &#99999999;')).toBe(
      'a & b &nosuch; \ufffd \ufffd &#99999999;',
    )
    expect(textOf('a <b')).toBe('a ')
    expect(markOf(textOf(rewritten('"So" it is')))).toBe(markOf('"So" it is'))
  })

  it.each(['<', '&', '<a ', '&#', '@a', '@a@', '<br', ' ', '&amp;', '@a@b.'])(
    'take a time that grows with their length alone, made of %j',
    (piece) => {
      const time = (count: number) => {
        const html = piece.repeat(count)
        const begun = performance.now()
        markOf(textOf(html))
        return performance.now() - begun
      }
      time(10_000)
      expect(time(100_000)).toBeLessThan(250)
    },
  )
})
