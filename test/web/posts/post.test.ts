/** What a post's page offers, says and shows, as far as it needs no browser. */
import { describe, expect, it } from 'vitest'
import type { Delivery } from '#contract/posts/delivery.ts'
import { hasBegun, isStranded, offerOf, type Standing } from '#lib/posts/acts.ts'
import { countFor, findingsFor, type Channel } from '#lib/posts/limits.ts'
import { faultsIn, renamed } from '#lib/posts/mentions.ts'
import { begins, pieces } from '#lib/posts/pieces.ts'
import { passedFault } from '#lib/publishing/when.ts'
import { causeOf, latenessWords } from '#lib/posts/words.ts'
import { manifestOf } from '../../../networks/manifests.ts'
import { foldAtBreaks } from '../../../networks/findings.ts'
import { marksOf, presentOf, ticksOf } from '#lib/publishing/today/hours.ts'

const stored = (over: Partial<NonNullable<Standing['post']>> = {}): Standing['post'] => ({
  state: 'draft',
  contentVersion: 2,
  approvedVersion: null,
  deliveries: [],
  ...over,
})
const approved = { state: 'approved', approvedVersion: 2 } as const
const delivery = (over: Partial<Delivery>): Delivery =>
  ({
    state: 'scheduled',
    reason: null,
    detail: null,
    channelName: 'Ridgeline',
    ...over,
  }) as Delivery
const standing = (over: Partial<Standing> = {}): Standing => ({
  post: stored(),
  mayUpdate: true,
  mayApprove: true,
  maySchedule: true,
  timed: true,
  changed: false,
  ...over,
})
const actsOf = (over: Partial<Standing>) => [...offerOf(standing(over)).acts].sort()

describe('what is offered', () => {
  it('leads with approving and scheduling where a time is chosen, and with publishing where none is', () => {
    expect(offerOf(standing()).primary).toBe('schedule')
    expect(offerOf(standing({ timed: false })).primary).toBe('publish')
  })
  it('lets those ask who may not approve, and only once', () => {
    const writer = { mayApprove: false, maySchedule: false }
    expect(offerOf(standing(writer)).primary).toBe('ask')
    expect(actsOf({ ...writer, post: stored({ state: 'in_review' }) })).toEqual(['saveDraft'])
  })
  it('sends no approved post out before what was typed into it is saved', () => {
    const offer = offerOf(standing({ post: stored(approved), changed: true }))
    expect(offer.primary).toBe('saveChanges')
    expect(offer.acts.has('publish')).toBe(false)
    expect(offer.acts.has('schedule')).toBe(false)
  })
  it('cancels what is scheduled and needs nobody to press anything', () => {
    const post = stored({ ...approved, deliveries: [delivery({})] })
    const offer = offerOf(standing({ post }))
    expect(offer.acts.has('cancel')).toBe(true)
    expect(offer.primary).toBeUndefined()
  })
  it('offers nothing once a network has the post, or may have it', () => {
    for (const state of ['publishing', 'published', 'unconfirmed', 'taken_down'] as const) {
      const post = stored({ ...approved, deliveries: [delivery({ state })] })
      expect(hasBegun(post!)).toBe(true)
      expect(actsOf({ post })).toEqual([])
    }
  })
  it('lets a failed post be changed and tried again', () => {
    const post = stored({ ...approved, deliveries: [delivery({ state: 'failed' })] })
    expect(hasBegun(post!)).toBe(false)
    expect(actsOf({ post })).toContain('schedule')
  })
  it('leads a post that came to nothing to its own “Try again”, until another time is chosen', () => {
    for (const state of ['failed', 'missed'] as const) {
      const post = stored({ ...approved, deliveries: [delivery({ state })] })
      expect(offerOf(standing({ post, timed: false })).primary).toBeUndefined()
      expect(offerOf(standing({ post, timed: true })).primary).toBe('schedule')
    }
  })
  it('does not count a post as come to nothing while one of its channels still waits', () => {
    const failed = delivery({ state: 'failed' })
    expect(isStranded({ deliveries: [failed, delivery({ state: 'cancelled' })] })).toBe(true)
    expect(isStranded({ deliveries: [failed, delivery({})] })).toBe(false)
  })
  it('offers nothing to those who may only read', () => {
    const reader = { mayUpdate: false, mayApprove: false, maySchedule: false }
    expect(actsOf(reader)).toEqual([])
  })
})

describe('why a delivery stands where it stands', () => {
  it('names the cause and the one thing that helps', () => {
    expect(causeOf(delivery({ state: 'failed', reason: 'access_revoked' })).fix).toBe('reconnect')
    expect(causeOf(delivery({ state: 'failed', reason: 'content_refused' })).fix).toBe('edit')
    expect(causeOf(delivery({ state: 'missed', reason: 'late' })).fix).toBe('retry')
  })
  it('never offers to try again while it is not known whether the post is there', () => {
    expect(causeOf(delivery({ state: 'unconfirmed', reason: 'unreachable' })).fix).toBe('decide')
  })
  it('prefers the sentence of whoever was there', () => {
    const told = delivery({ state: 'failed', reason: 'server_busy', detail: 'It said 503.' })
    expect(causeOf(told).why).toBe('It said 503.')
  })
  it('says how late each channel was, and nothing before it is out', () => {
    const out = delivery({ state: 'published', latenessMs: 120 })
    expect(latenessWords([out, delivery({})])).toBe('Ridgeline 0.12 s late')
  })
})

describe('a time while it is typed', () => {
  const now = new Date('2026-05-12T07:30:00Z')
  const when = (wallTime: string) => ({ wallTime, timeZone: 'Europe/Berlin' })
  it('is said to have passed by the clock of its own zone', () => {
    expect(passedFault(when('2026-05-12T09:30'), now)).toBe(
      'Tue 12 May, 09:30 Berlin has passed. Choose a later time, or publish now.',
    )
    expect(passedFault(when('2026-05-12T09:31'), now)).toBeUndefined()
  })
  it('is left alone while there is none, and while its year is half typed', () => {
    expect(passedFault(null, now)).toBeUndefined()
    expect(passedFault(when('0202-05-12T09:30'), now)).toBeUndefined()
  })
})

describe('a mention', () => {
  it.each([
    ['bluesky', ['ada.example', '@ada.bsky.social', 'xn--bcher-kva.example', '']],
    ['mastodon', ['ada', '@ada', 'ada@example.org', '@a.da_1@social.example.org', '']],
  ] as const)('takes what %s reads as a handle', (network, handles) => {
    for (const handle of handles) expect(faultsIn({ [network]: handle }), handle).toEqual({})
  })
  it.each([
    ['bluesky', ['ada', 'ada@example.org', 'two words.example', 'ada..example', 'ada.1']],
    ['mastodon', ['two words', 'ada@', 'ada@example', 'ada.@example.org', 'ada@example.org!']],
  ] as const)('takes nothing else for %s', (network, handles) => {
    for (const handle of handles)
      expect(faultsIn({ [network]: handle })[network], handle).toMatch(/like name/)
  })
  it('is renamed in every part, and leaves the plain name when it is removed', () => {
    const parts = [{ text: '@{Ada}, @{Adam} and @{Ada}', assetIds: [] }]
    expect(renamed(parts, 'Ada', 'Eve')[0]!.text).toBe('@{Eve}, @{Adam} and @{Eve}')
    expect(renamed(parts, 'Ada', null)[0]!.text).toBe('Ada, @{Adam} and Ada')
  })
})

describe('counting', () => {
  const channel = { id: 'c', network: 'mastodon', textMax: 20, mediaMax: 4 } as Channel
  it('counts a link as the network does and a mention by its handle there', () => {
    const mentions = [{ name: 'Hut', handles: { mastodon: '@hut@example.org' } }]
    expect(countFor(channel, 'https://ridgeline.example/a/very/long/way/to/go', [])).toBe(23)
    expect(countFor(channel, '@{Hut}', mentions)).toBe('@hut'.length)
  })
  it("holds a text against this account's own limit", () => {
    const content = {
      segments: [{ text: 'x'.repeat(21), assetIds: [] }],
      language: 'en',
      mentions: [],
    }
    expect(findingsFor(channel, content, new Map()).map((f) => f.code)).toEqual(['too_long'])
  })
  it('leaves the full stop after a link out of it', () => {
    expect(pieces('See https://a.example/b.').map((p) => p.text)).toEqual([
      'See ',
      'https://a.example/b',
      '.',
    ])
  })
})

describe('what readers see', () => {
  const long = 'https://www.ridgeline.example/shop/backpacks/40-litres?colour=moss'
  const shown = (network: string, url: string) => manifestOf(network)!.linkText(url)
  it('shortens links as each network does', () => {
    expect(shown('mastodon', long)).toBe('ridgeline.example/shop/backpac…')
    expect(shown('mastodon', 'https://a.example/b')).toBe('a.example/b')
    expect(shown('mastodon', `https://a.example/${'x'.repeat(21)}`)).not.toContain('…')
    expect(shown('mastodon', 'http://localhost/a')).toBe('http://localhost/a')
    expect(shown('bluesky', long)).toBe('www.ridgeline.example/shop/backpac...')
    expect(shown('bluesky', 'https://a.example/')).toBe('a.example')
    expect(shown('page', long)).toBe(long)
  })
  it('begins a text in pieces without taking them apart more than once', () => {
    const text = pieces('See https://a.example/b and #soup')
    const words = (length: number) => begins(text, length).map((piece) => piece.text)
    expect(words(0)).toEqual([])
    expect(words(9)).toEqual(['See ', 'https'])
    expect(words(99).join('')).toBe('See https://a.example/b and #soup')
  })
  it('folds a text of more lines than the network shows', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i}`).join('\n')
    const { fold } = manifestOf('bluesky')!
    expect(foldAtBreaks(fold!, lines(25))).toBeNull()
    expect(foldAtBreaks(fold!, lines(26))).toBe(lines(25).length)
    expect(foldAtBreaks(fold!, 'wrapped '.repeat(400))).toBeNull()
    expect(manifestOf('page')!.fold).toBeNull()
  })
})

describe('the line of hours', () => {
  const now = new Date('2026-05-12T07:30:00Z')
  const post = (id: string, publishAt: string | null) => ({ id, publishAt })
  it('begins with this hour and ends a day later', () => {
    expect(presentOf(now)).toBeCloseTo(0.5 / 24)
    expect(ticksOf(now, 'Europe/Berlin')[0]).toEqual({ place: 0, label: '09:00' })
    const marks = marksOf(
      [post('a', '2026-05-12T19:00:00Z'), post('b', '2026-05-13T07:01:00Z')],
      now,
    )
    expect(marks.map((m) => [m.place, m.posts.length])).toEqual([[0.5, 1]])
  })
  it('puts posts of the same time on one mark', () => {
    const at = '2026-05-12T09:00:00Z'
    expect(marksOf([post('a', at), post('b', at), post('c', null)], now)[0]!.posts).toHaveLength(2)
  })
})
