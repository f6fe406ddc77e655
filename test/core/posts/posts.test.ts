import { describe, expect, it } from 'vitest'
import { draftFrom, manifestsFor, wordsFrom } from '../../../core/generation/drafts.ts'
import { titleOf } from '../../../core/posts/posts.ts'
import { briefFor } from '../../support/writing.ts'

const channel = (id: string, network: string, settings = {}) => ({
  id,
  name: id,
  network,
  settings,
})
const page = channel('page-1', 'page')
const bluesky = channel('sky-1', 'bluesky')
const mastodon = channel('toot-1', 'mastodon')
const small = channel('toot-2', 'mastodon', { limits: { maxCharacters: 300 } })
const brief = briefFor(['c'])
const draft = (segments: string[], own: { network: string; segments: string[] }[] = []) => ({
  segments,
  own,
  notes: [],
})
const content = (text: string) => ({
  segments: [{ text, assetIds: [] }],
  language: 'en',
  mentions: [],
})

describe('a post’s title', () => {
  it('is its first line, cut between words when it is long', () => {
    expect(titleOf(content('  One line\nand another'))).toBe('One line')
    const long = titleOf(content('word '.repeat(40)))
    expect(long.length).toBeLessThanOrEqual(81)
    expect(long).toMatch(/word…$/)
  })
  it('says so when there are no words', () => {
    expect(titleOf(content(`${'word '.repeat(15)}end. And more`))).toMatch(/ end…$/)
    expect(titleOf(content('  '))).toBe('Without text')
  })
})

describe('a draft on its way to a post', () => {
  it('gives each channel its network’s own text, and only where it differs', () => {
    const own = [{ network: 'mastodon', segments: ['Toot'] }]
    const words = wordsFrom(draft(['Common'], own), brief, [page, mastodon, small])
    expect(words.content.segments.map((s) => s.text)).toEqual(['Common'])
    expect(words.ownTexts.map((o) => [o.channelId, o.segments[0]!.text])).toEqual([
      ['toot-1', 'Toot'],
      ['toot-2', 'Toot'],
    ])
  })
  it('carries campaign tags per network, and leaves them out where they do not fit, saying so', () => {
    const utm = { on: true, source: '{network}', medium: 'social', campaign: 'may' }
    const link = 'https://ridgeline.example/40l'
    const text = `${'x'.repeat(300 - link.length - 1)} ${link}`
    const words = wordsFrom(draft([text]), { ...brief, utm }, [page, bluesky])
    const tagged = words.ownTexts.map((o) => [o.channelId, o.segments[0]!.text.slice(272)])
    expect(tagged).toEqual([
      ['page-1', expect.stringContaining('utm_source=page&utm_medium=social')],
    ])
    expect(words.note).toBe('The campaign tags did not fit on sky-1.')
  })
  it('keeps images with their parts, and those of parts that are gone with the last one', () => {
    const before = {
      content: {
        ...content(''),
        segments: ['a', 'b', 'c'].map((id) => ({ text: id, assetIds: [id] })),
      },
    }
    const words = wordsFrom(draft(['One', 'Two']), brief, [page], before)
    expect(words.content.segments.map((s) => s.assetIds)).toEqual([['a'], ['b', 'c']])
  })
  it('and back again is the same draft', () => {
    const original = draft(['Common'], [{ network: 'mastodon', segments: ['Toot', 'More'] }])
    const words = wordsFrom(original, brief, [page, mastodon])
    expect(draftFrom(words, [page, mastodon])).toEqual(original)
  })
  it('is written for the narrowest of a network’s channels', () => {
    expect(manifestsFor([mastodon, small, page]).map((r) => [r.name, r.textMax])).toEqual([
      ['mastodon', 300],
      ['page', expect.any(Number)],
    ])
  })
})
