import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { checkDraft } from '../../../core/writer/check-draft.ts'
import { english } from '../../../core/writer/starter/stock-en.ts'
import { german } from '../../../core/writer/starter/stock-de.ts'
import { starterWriter } from '../../../core/writer/starter/starter.ts'
import { type Draft, type DraftInput, segmentsFor } from '../../../core/writer/types.ts'
import { manifest as bluesky } from '../../../networks/bluesky/manifest.ts'
import { manifest as mastodon } from '../../../networks/mastodon/manifest.ts'
import { manifest as page } from '../../../networks/page/manifest.ts'
import { samples } from '../../../scripts/writer-samples.ts'
import { briefs } from '../../support/briefs.ts'
import { type Campaign, draftInput, writeCampaign } from '../../support/starter-campaign.ts'

const networks = [page, mastodon, bluesky]
const campaigns = Object.entries(briefs).map(
  ([name, brief]) => [name, writeCampaign(brief, networks)] as const,
)
const trades = [
  ['roastery', 'espressoBar'],
  ['bakery', 'millBakery'],
] as const

/** All texts of a post as one, since its networks' versions are meant to share. */
const textsOf = (post: Campaign['posts'][number]) => Object.values(post.texts).flat()

/** Runs of six words, with facts, links, hashtags and the product's name taken out and never bridged. */
function runsOfSix(brief: Brief, text: string): Set<string> {
  const escape = (words: string) =>
    words
      .toLowerCase()
      .replace(/[.!?]$/, '')
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const known = [...brief.facts, brief.product].sort((a, b) => b.length - a.length).map(escape)
  const own = text
    .toLowerCase()
    .replace(/https?:\/\/\S+|#[\p{L}\p{N}]+/gu, '|')
    .replace(new RegExp(known.join('|'), 'gu'), '|')
  const runs = new Set<string>()
  for (const part of own.split('|')) {
    const words = part.match(/[\p{L}\p{N}]+/gu) ?? []
    for (let i = 0; i + 6 <= words.length; i += 1) runs.add(words.slice(i, i + 6).join(' '))
  }
  return runs
}

function redraft(campaign: Campaign, index: number, remark: string, times = 1): Draft {
  const { brief, plan, slots, posts } = campaign
  const input: DraftInput = {
    ...draftInput(brief, plan, slots, index, networks),
    redraft: { remark, previous: posts[index]!.draft, times },
  }
  return starterWriter('draft', input) as Draft
}

describe.each(campaigns)('the starter writer on the %s brief', (_, campaign) => {
  const { brief, posts } = campaign

  test.each(networks.map((n) => [n.name]))('tells every fact on %s', (network) => {
    const all = posts
      .flatMap((p) => p.texts[network]!)
      .join('\n')
      .toLowerCase()
    // A fact may lose its capital or stand behind a subject, never a word.
    for (const fact of brief.facts) expect(all).toContain(fact.toLowerCase().replace(/\.$/, ''))
  })

  test('leaves nothing for a check to find', () => {
    for (const post of posts) expect(checkDraft(brief, post.draft, networks)).toEqual([])
  })

  test('shares no six words between two posts beyond the facts', () => {
    posts.forEach((a, i) => {
      const first = new Set(textsOf(a).flatMap((t) => [...runsOfSix(brief, t)]))
      for (const b of posts.slice(i + 1))
        for (const run of textsOf(b).flatMap((t) => [...runsOfSix(brief, t)]))
          expect(first).not.toContain(run)
    })
  })

  test('names the product in every text', () => {
    for (const post of posts)
      for (const [text] of Object.values(post.texts))
        expect(text!.toLowerCase()).toContain(brief.product.toLowerCase())
  })

  test('never shows the goal, shouts, or leaves a frame unfilled', () => {
    for (const text of posts.flatMap(textsOf)) {
      expect(text).not.toContain(brief.goal)
      expect(text).not.toMatch(
        /!|\{|\}|\[|\]|undefined|null|\.\.|::|\. \.|\b(Discover|Introducing|game-changer)\b/,
      )
    }
  })

  test('writes differently for each network: the page fuller, hashtags on Mastodon only', () => {
    const words = (network: string) =>
      posts
        .flatMap((p) => p.texts[network]!)
        .join(' ')
        .split(/\s+/).length
    expect(words('page')).toBeGreaterThan(words('bluesky') * 1.3)
    for (const post of posts) {
      expect(post.texts.page).not.toEqual(post.texts.mastodon)
      expect(post.texts.mastodon!.join()).toContain('#')
      expect(post.texts.page!.join() + post.texts.bluesky!.join()).not.toContain('#')
    }
  })

  test('writes the same again from the same brief', () => {
    expect(writeCampaign(brief, networks)).toEqual(campaign)
  })

  test('gives every week a theme of its own', () => {
    const themes = campaign.plan.weeks.map((w) => w.theme)
    expect(new Set(themes).size).toBe(themes.length)
  })
})

test.each(trades)('campaigns of the %s and the %s share no six words', (a, b) => {
  const [first, second] = [a, b].map((name) => campaigns.find(([n]) => n === name)![1]) as [
    Campaign,
    Campaign,
  ]
  const runs = new Set(first.posts.flatMap(textsOf).flatMap((t) => [...runsOfSix(first.brief, t)]))
  for (const run of second.posts.flatMap(textsOf).flatMap((t) => [...runsOfSix(second.brief, t)]))
    expect(runs).not.toContain(run)
})

test('no frame has more than five words of its own in a row, a number, a day or an exclamation mark', () => {
  const frames = (node: unknown): string[] =>
    typeof node === 'string'
      ? [node]
      : node && typeof node === 'object'
        ? Object.values(node).flatMap(frames)
        : []
  for (const stock of [english, german])
    for (const frame of frames({ ...stock, themes: {}, angles: {} })) {
      const longest = Math.max(
        ...frame
          .replace(/\[([^|]*)\|[^\]]*\]/g, '$1')
          .split(/\{\w+\}/)
          .map((part) => part.match(/[\p{L}\p{N}]+/gu)?.length ?? 0),
      )
      expect(longest, frame).toBeLessThanOrEqual(5)
      expect(frame).not.toMatch(
        /\d|!|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\b(?:two|three|zwei|drei)\b/,
      )
    }
})

test('a dated fact is told before its day has passed, and not after', () => {
  const campaign = campaigns.find(([n]) => n === 'backpack')![1]
  for (const post of campaign.posts)
    if (post.slot.wallTime.slice(0, 10) > '2027-05-12')
      expect(textsOf(post).join()).not.toMatch(/12 May/)
  expect(textsOf(campaign.posts[0]!).join()).not.toMatch(/preorder here|to preorder/i)
})

test('a German brief that says Sie is answered with Sie', () => {
  const formal = writeCampaign(
    {
      ...briefs.yoga!,
      tone: ['seriös'],
      facts: [...briefs.yoga!.facts, 'Bitte bringen Sie bequeme Kleidung mit'],
    },
    networks,
  )
  const all = formal.posts.flatMap(textsOf).join(' ')
  expect(all).not.toMatch(/\b(?:du|dich|dir)\b/i)
})

test('tones change what is written', () => {
  const texts = ['sachlich', 'frech', 'herzlich', 'seriös'].map((tone) =>
    writeCampaign({ ...briefs.bakery!, tone: [tone] }, networks)
      .posts.flatMap(textsOf)
      .join('\n'),
  )
  expect(new Set(texts).size).toBe(4)
})

describe('a remark', () => {
  const campaign = campaigns.find(([n]) => n === 'roastery')![1]
  const before = campaign.posts[2]!
  const textOf = (draft: Draft, network: string) => segmentsFor(draft, network).join('\n')

  test('“shorter” makes every text shorter, “longer” longer', () => {
    expect(textOf(redraft(campaign, 2, 'shorter please'), 'page').length).toBeLessThan(
      before.texts.page!.join().length,
    )
    expect(textOf(redraft(campaign, 2, 'etwas länger'), 'mastodon').length).toBeGreaterThan(
      before.texts.mastodon!.join().length,
    )
  })

  test('“without hashtags” takes them away and keeps the rest working', () => {
    const draft = redraft(campaign, 2, 'Without hashtags')
    expect(textOf(draft, 'mastodon')).not.toContain('#')
    expect(draft.notes).toEqual([])
  })

  test('“as a question” asks one', () => {
    expect(textOf(redraft(campaign, 2, 'end with a question'), 'mastodon')).toMatch(/\?/)
    expect(textOf(redraft(campaign, 2, 'mit Frage'), 'bluesky')).toMatch(/\?/)
  })

  test('“without the price” leaves the price out, “mention Kivu” brings its fact', () => {
    const without = redraft(campaign, 2, 'without the price')
    for (const n of networks) expect(textOf(without, n.name)).not.toMatch(/9\.50/)
    const mention = redraft(campaign, 2, 'mention Kivu')
    for (const n of networks) expect(textOf(mention, n.name)).toMatch(/Kivu/)
  })

  test('an empty one gives another version, and another each time', () => {
    const versions = [1, 2, 3].map((times) =>
      networks.map((n) => textOf(redraft(campaign, 2, '', times), n.name)).join(),
    )
    expect(new Set([textsOf(before).join(), ...versions]).size).toBe(4)
  })

  test('one it cannot follow is named, together with what it can', () => {
    const [note] = redraft(campaign, 2, 'shorter, and make it rhyme').notes
    expect(note).toMatch(/could not follow “rhyme”/)
    expect(redraft(campaign, 2, 'mention Brazil').notes[0]).toMatch(/“Brazil” is not in your brief/)
  })

  test('none of them leads to findings', () => {
    for (const remark of [
      '',
      'shorter',
      'longer',
      'as a list',
      'more direct',
      'ohne Link',
      'without Leith',
      'with a question',
    ])
      expect(checkDraft(campaign.brief, redraft(campaign, 4, remark), networks)).toEqual([])
  })
})

describe('odd briefs', () => {
  const odd = (change: Partial<Brief>) =>
    writeCampaign({ ...briefs.roastery!, ...change }, networks)

  test('without facts, links and audience there is still a post, and a note', () => {
    const { posts, brief } = odd({ facts: [], links: [], audience: '' })
    expect(posts[0]!.notes.join()).toMatch(/no facts/)
    for (const post of posts) expect(checkDraft(brief, post.draft, networks)).toEqual([])
  })

  test('thirty long facts in one post make a thread on Bluesky that holds all of them', () => {
    const facts = Array.from(
      { length: 30 },
      (_, i) => `Fact ${'abcdefghij'.repeat(12)} ${String.fromCharCode(97 + (i % 26))}${i}`,
    )
    const { posts, brief } = odd({ facts, postsPerWeek: 1, to: briefs.roastery!.from })
    const segments = posts[0]!.texts.bluesky!
    for (const fact of facts) expect(segments.join('\n')).toContain(fact)
    expect(checkDraft(brief, posts[0]!.draft, networks)).toEqual([])
  })

  test('a language without phrases is told so, and gets the brief’s own words', () => {
    const { posts } = odd({ language: 'fi' })
    expect(posts[0]!.notes.join()).toMatch(/no phrases in this language/)
    expect(posts[0]!.texts.page!.join()).toContain('Three coffees')
  })

  test('a target group with ages is never quoted to the public', () => {
    const all = odd({ audience: 'women 25-40, urban' }).posts.flatMap(textsOf).join()
    expect(all).not.toMatch(/25-40|urban|women/)
  })

  test('many posts from few facts say that facts return', () => {
    const { posts } = odd({ postsPerWeek: 7 })
    expect(posts.flatMap((p) => p.notes).join()).toMatch(/More facts make more varied posts/)
  })
})

test('the samples page is what the code writes', () => {
  expect(
    readFileSync(new URL('../../../docs/starter-writer-samples.md', import.meta.url), 'utf8'),
  ).toBe(samples())
})
