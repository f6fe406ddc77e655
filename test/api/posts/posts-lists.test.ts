import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InputOf } from '#contract/client.ts'
import { at, hire, words, type Staff } from '../../support/staff.ts'
import { createWorld, type World } from '../../support/world.ts'

type Query = NonNullable<InputOf<'listPosts'>['query']>

let world: World
let staff: Staff
let mastodon: string
/** Twelve posts: two a day from 6 January, the last two without a time. */
const ids: string[] = []
const start = new Date('2026-01-05T08:00:00Z')

beforeAll(async () => {
  world = await createWorld({ overrides: { now: () => start } })
  staff = await hire(world)
  mastodon = await world.addChannel(staff.tenant, { network: 'mastodon', name: 'Toots' })
  for (let i = 0; i < 12; i += 1) {
    const when =
      i < 10 ? at(`2026-01-${String(6 + Math.floor(i / 2)).padStart(2, '0')}T09:00`) : undefined
    const post = await staff.draft(staff.editor, {
      when,
      content: words(i % 4 === 0 ? `Rye loaf number ${i}` : `Sourdough number ${i}`),
      channelIds: i % 3 === 0 ? [mastodon] : [staff.tenant.pageId],
      externalId: `ext-${i}`,
    })
    ids.push(post.id)
  }
  await staff.editor('submitPost', { params: staff.on({ id: ids[0]! }) })
  await staff.owner('approvePost', {
    params: staff.on({ id: ids[1]! }),
    body: { contentVersion: 1 },
  })
  await staff.owner('schedulePost', { params: staff.on({ id: ids[1]! }), body: {} })
  const stranger = await hire(world)
  await stranger.draft()
})
afterAll(() => world[Symbol.asyncDispose]())

const list = async (query: Query = {}) =>
  (await staff.viewer('listPosts', { params: staff.ws, query })).data.map((p) => ids.indexOf(p.id))

async function everyPage(query: Query): Promise<number[]> {
  const found: number[] = []
  let cursor: string | undefined
  do {
    const page = await staff.viewer('listPosts', {
      params: staff.ws,
      query: { ...query, ...(cursor ? { cursor } : {}) },
    })
    found.push(...page.data.map((p) => ids.indexOf(p.id)))
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}

describe('a list of posts', () => {
  it('says of every post what a client follows it by', async () => {
    const { data } = await staff.viewer('listPosts', { params: staff.ws, query: { limit: 12 } })
    const byIndex = (index: number) => data.find((p) => p.id === ids[index])
    expect(byIndex(0)).toMatchObject({ externalId: 'ext-0', state: 'in_review', runId: null })
    expect(byIndex(1)).toMatchObject({ externalId: 'ext-1', state: 'approved', shown: 'scheduled' })
    for (const tile of data) {
      const post = await staff.viewer('getPost', { params: staff.on(tile) })
      const { externalId, campaignId, runId, state, shown, version, updatedAt } = post
      const same = { externalId, campaignId, runId, state, shown, version, updatedAt }
      expect(tile).toMatchObject(same)
    }
  })
  it('is newest first, or by time with those without one at the end', async () => {
    expect(await list()).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect(await list({ order: 'time' })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })
  it('comes page by page, each post once, whatever the page’s size', async () => {
    for (const limit of [1, 3, 5, 12, 50]) {
      expect(await everyPage({ limit })).toEqual(await list())
      expect(await everyPage({ limit, order: 'time' })).toEqual(await list({ order: 'time' }))
    }
  })
  it('narrows to states, merged in order', async () => {
    expect(await list({ shown: ['in_review'] })).toEqual([0])
    expect(await list({ shown: ['in_review', 'scheduled'], order: 'time' })).toEqual([0, 1])
    expect(await everyPage({ shown: ['draft', 'scheduled'], limit: 4 })).toEqual([
      11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ])
    expect(await list({ shown: ['failed', 'missed'] })).toEqual([])
  })
  it('narrows to a channel, a range of time and what has none', async () => {
    expect(await list({ channelId: mastodon })).toEqual([9, 6, 3, 0])
    expect(await list({ from: '2026-01-07T00:00:00Z', to: '2026-01-09T00:00:00+00:00' })).toEqual([
      5, 4, 3, 2,
    ])
    expect(await list({ unscheduled: 'true' })).toEqual([11, 10])
    expect(await list({ unscheduled: 'false', limit: 2 })).toEqual([9, 8])
  })
  it('finds words by their beginnings, in any order, and an externalId whole', async () => {
    expect(await list({ q: 'rye' })).toEqual([8, 4, 0])
    expect(await list({ q: 'numb SOUR 11' })).toEqual([11])
    expect(await list({ q: "o'rly? & | !" })).toEqual([])
    // A stranger's post has these words.
    expect(await list({ q: 'fresh bread' })).toEqual([])
    expect(await list({ externalId: 'ext-7' })).toEqual([7])
  })
  it('says what changed since an instant', async () => {
    expect(await list({ updatedSince: '2100-01-01T00:00:00Z' })).toEqual([])
    expect(await list({ updatedSince: '2000-01-01T00:00:00Z', limit: 1 })).toEqual([11])
  })
  it('refuses a cursor of another list', async () => {
    const { next } = await staff.viewer('listPosts', { params: staff.ws, query: { limit: 1 } })
    const mixed = staff.viewer('listPosts', {
      params: staff.ws,
      query: { limit: 1, order: 'time', cursor: next! },
    })
    await expect(mixed).rejects.toMatchObject({ kind: 'invalid' })
  })
})

describe('the calendar', () => {
  it('holds every post of its days in order, with wall time and zone', async () => {
    const { data, truncated } = await staff.viewer('calendar', {
      params: staff.ws,
      query: { from: '2026-01-06T00:00:00+01:00', to: '2026-01-08T00:00:00+01:00' },
    })
    expect(data.map((p) => ids.indexOf(p.id))).toEqual([0, 1, 2, 3])
    expect(data[0]).toMatchObject({ wallTime: '2026-01-06T09:00', timeZone: 'Europe/Berlin' })
    expect(truncated).toBe(false)
  })
})
