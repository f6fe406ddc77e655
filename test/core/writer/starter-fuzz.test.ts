import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Brief } from '#contract/campaigns/campaigns.ts'
import { checkDraft } from '../../../core/writer/check-draft.ts'
import { manifest as bluesky } from '../../../networks/bluesky/manifest.ts'
import { manifest as mastodon } from '../../../networks/mastodon/manifest.ts'
import { manifest as page } from '../../../networks/page/manifest.ts'
import { briefs } from '../../support/briefs.ts'
import { writeCampaign } from '../../support/starter-campaign.ts'

const networks = [page, mastodon, bluesky]
const line = (max: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: max })
    .map((s) => s.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
const tricky = fc.constantFrom(
  'Cash $& more',
  'A {link} in braces',
  '[du|Sie] choose',
  'iPad stand',
  'The Old Mill',
  'Über uns',
  'x',
  '“Quoted.”',
  'Ends with…',
)
const words = (max: number) =>
  fc.oneof({ weight: 3, arbitrary: tricky }, { weight: 1, arbitrary: line(max) })

test('whatever a brief holds, each draft tells its facts, fits its networks and invents nothing', () => {
  const brief = fc.record({
    product: words(60),
    audience: fc.oneof(fc.constant(''), words(120)),
    goal: fc.constantFrom('', 'bookings', 'Spenden', 'more orders', 'Anfragen'),
    language: fc.constantFrom('en', 'de', 'de-AT', 'fr'),
    tone: fc.subarray(['warm', 'frech', 'seriös', 'plain', 'expert', 'odd'], { maxLength: 3 }),
    facts: fc.array(words(120), { maxLength: 8 }),
    links: fc.subarray(['https://a.example/x?$&=1', 'https://b.example']),
    postsPerWeek: fc.integer({ min: 1, max: 7 }),
  })
  fc.assert(
    fc.property(brief, (change) => {
      const parsed = Brief.parse({ ...briefs.yoga!, ...change, to: '2027-05-16' })
      const { posts } = writeCampaign(parsed, networks)
      for (const network of networks) {
        const all = posts
          .flatMap((p) => p.texts[network.name]!)
          .join('\n')
          .toLowerCase()
        for (const fact of parsed.facts)
          expect(all).toContain(fact.toLowerCase().replace(/\.$/, ''))
      }
      for (const post of posts)
        expect(checkDraft(parsed, post.draft, networks).filter((f) => f.level === 'block')).toEqual(
          [],
        )
    }),
    { numRuns: 150 },
  )
})
