/** What a campaign's pages say and show, as far as it needs no browser. */
import { describe, expect, it } from 'vitest'
import { emptyBrief, isUntouched } from '#lib/campaigns/draft-brief.svelte.ts'
import { sayTheSame, textsOf } from '#lib/campaigns/texts.ts'
import { dayOf } from '#lib/campaigns/words.ts'

const channels = [
  { id: 'p', name: 'Ridgeline page', network: 'page' },
  { id: 'm', name: '@ridgeline', network: 'mastodon' },
  { id: 'n', name: '@ridgeline_de', network: 'mastodon' },
  { id: 'b', name: 'ridgeline.example', network: 'bluesky' },
] as const
const segment = (text: string) => ({ text, assetIds: [] })
const words = (text: string, own: Record<string, string> = {}) => ({
  content: {
    segments: [segment(text)],
    language: 'en',
    mentions: [{ name: 'Ada', handles: { mastodon: 'ada@example.org' } }],
  },
  ownTexts: Object.entries(own).map(([channelId, t]) => ({ channelId, segments: [segment(t)] })),
})

describe('the texts of a post', () => {
  it('are those that go out on each channel, in the order of its channels', () => {
    const post = words('Common', { p: 'Longer, for the page', m: 'Short #tag' })
    const texts = textsOf(post, ['p', 'm', 'b'], [...channels])
    expect(texts.map((t) => [t.names, t.parts[0]])).toEqual([
      ['Ridgeline page', 'Longer, for the page'],
      ['@ridgeline', 'Short #tag'],
      ['ridgeline.example', 'Common'],
    ])
    expect(sayTheSame(texts)).toBe(false)
  })
  it('stand once for channels of one network that get the same', () => {
    const texts = textsOf(words('Common'), ['m', 'n', 'b'], [...channels])
    expect(texts.map((t) => t.names)).toEqual(['@ridgeline, @ridgeline_de', 'ridgeline.example'])
    expect(sayTheSame(texts)).toBe(true)
  })
  it('name people as each network does', () => {
    const texts = textsOf(words('Thanks, @{Ada}'), ['m', 'b'], [...channels])
    expect(texts.map((t) => t.parts[0])).toEqual(['Thanks, @ada@example.org', 'Thanks, Ada'])
    expect(sayTheSame(texts)).toBe(false)
  })
  it('are the common one where no channel is chosen yet', () => {
    expect(textsOf(words('Common'), [], [...channels]).map((t) => t.parts)).toEqual([['Common']])
  })
})

describe('a fault in a brief', () => {
  it('stands until its field is changed, and at both ends of a wrong span', () => {
    const refused = emptyBrief('UTC', 'en', ['p'])
    expect(isUntouched('product', { ...refused, goal: 'More' }, refused)).toBe(true)
    expect(isUntouched('product', { ...refused, product: 'A bag' }, refused)).toBe(false)
    expect(isUntouched('to', { ...refused, from: '2020-01-01' }, refused)).toBe(false)
    expect(isUntouched('channelIds', { ...refused, channelIds: [] }, refused)).toBe(false)
  })
})

it('says days of an estimate as every other page does', () => {
  const now = new Date('2026-11-24T12:00:00Z')
  expect(dayOf('2026-12-01', now)).toBe('Tue 1 Dec')
  expect(dayOf('2027-01-05', now)).toBe('Tue 5 Jan 2027')
})
