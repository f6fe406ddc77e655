import { describe, expect, test } from 'vitest'
import { checkText } from '../../../core/checks/check.ts'
import { checkDraft } from '../../../core/writer/check-draft.ts'
import { withUtm } from '../../../core/writer/utm.ts'
import { manifest as bluesky } from '../../../networks/bluesky/manifest.ts'
import { manifest as mastodon } from '../../../networks/mastodon/manifest.ts'
import { briefs } from '../../support/briefs.ts'

const brief = briefs.backpack!
const codes = (text: string, b = brief) => checkText(b, text).map((f) => `${f.code} ${f.level}`)

describe('what the brief does not say', () => {
  test.each([
    [
      'Three colours to choose from.',
      'unknown_number warn',
      '“Three colours” is not in your brief.',
    ],
    ['Now at 129 EUR.', 'unknown_price block', '“129 EUR” is not in your brief.'],
    ['Ships in June.', 'unknown_date warn', '“June” is not in your brief. Add a fact?'],
    [
      'See https://elsewhere.example/x',
      'unknown_link block',
      'The link https://elsewhere.example/x is not in your brief.',
    ],
    [
      'Ask @somebody about it.',
      'unknown_mention block',
      'The mention @somebody is not in your brief.',
    ],
    [
      'An award-winning pack.',
      'claim_award block',
      '“award-winning” claims a distinction that is not in your brief.',
    ],
    [
      'Studies show it is light.',
      'claim_survey block',
      '“Studies” claims evidence that your brief does not mention.',
    ],
    [
      'Loved by hikers everywhere.',
      'claim_testimonial block',
      '“Loved by” speaks for customers, and your brief does not.',
    ],
    [
      'Only a few left.',
      'claim_scarcity block',
      '“Only a few left” claims scarcity that is not in your brief.',
    ],
    [
      'Last chance to preorder.',
      'claim_deadline block',
      '“Last chance” sets a deadline that is not in your brief.',
    ],
    [
      'Nur noch wenige Plätze.',
      'claim_scarcity block',
      '“Nur noch wenige” claims scarcity that is not in your brief.',
    ],
    [
      'Das preisgekrönte Modell.',
      'claim_award block',
      '“preisgekrönte” claims a distinction that is not in your brief.',
    ],
  ])('%s', (text, finding, message) => {
    expect(codes(text)).toContain(finding)
    expect(checkText(brief, text).map((f) => f.message)).toContain(message)
  })
})

describe('what the brief says', () => {
  test.each([
    'Ridgeline 40L: 40 litres, 1.1 kg, 149 EUR. Preorder opens on 12 May.',
    'In German one writes 1,1 kg.',
    'Repairs are free for 5 years.',
    'https://ridgeline.example/40l?utm_source=bluesky#top',
    'Anyone may come. We march on. Which one is yours?',
    'A tag is no mention: #Hiking, and mail@ridgeline is none.',
  ])('is no finding: %s', (text) => {
    expect(codes(text)).toEqual([])
  })

  test('may be a distinction, when it is a fact', () => {
    const winner = { ...brief, facts: [...brief.facts, 'Winner of the Alpine Award 2026'] }
    expect(codes('Winner of the Alpine Award 2026.', winner)).toEqual([])
  })
})

test('a draft is checked for each network it reads differently on, and by the networks’ own limits', () => {
  const draft = {
    segments: ['x'.repeat(400)],
    own: [{ network: 'mastodon', segments: ['Now 99 EUR.'] }],
    notes: [],
  }
  const found = checkDraft(brief, draft, [bluesky, mastodon])
  expect(found.map((f) => [f.network, f.code])).toEqual([
    ['mastodon', 'unknown_price'],
    ['bluesky', 'too_long'],
  ])
})

describe('campaign tags', () => {
  const utm = { on: true, source: '{network}', medium: 'social', campaign: 'Spring & more' }
  test('go on every link, once, before the fragment, beside what is there', () => {
    expect(withUtm('Go to https://a.example/x?y=1#z. Or https://b.example!', utm, 'bluesky')).toBe(
      'Go to https://a.example/x?y=1&utm_source=bluesky&utm_medium=social&utm_campaign=Spring%20%26%20more#z. ' +
        'Or https://b.example?utm_source=bluesky&utm_medium=social&utm_campaign=Spring%20%26%20more!',
    )
    const once = withUtm('https://a.example', utm, 'page')
    expect(withUtm(once, utm, 'mastodon')).toBe(once)
  })

  test('stay away when switched off or empty', () => {
    expect(withUtm('https://a.example', { ...utm, on: false }, 'page')).toBe('https://a.example')
    expect(
      withUtm('https://a.example', { on: true, source: '', medium: ' ', campaign: '' }, 'page'),
    ).toBe('https://a.example')
  })
})
