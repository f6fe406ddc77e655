/** Finding posts by words: common and rare ones, near and far in the list, are all found, in the list's order, once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InputOf } from '#contract/client.ts'
import { run } from '../../../core/platform/db.ts'
import { hire, type Staff } from '../../support/staff.ts'
import { createWorld, type World } from '../../support/world.ts'

type Query = NonNullable<InputOf<'listPosts'>['query']>

const count = 4_500
let world: World
let staff: Staff

interface Made {
  number: number
  words: string[]
  waiting: boolean
  timed: boolean
}
/** Numbered from the oldest; the later the number, the sooner it is due. */
const made: Made[] = Array.from({ length: count }, (_, number) => ({
  number,
  words: [
    'bread',
    ...(number % 3 === 0 ? ['thirds'] : []),
    ...(number < count / 2 ? ['older'] : []),
    ...(number < 3 ? ['oldest'] : []),
    ...(number === 2_000 ? ['once'] : []),
  ],
  waiting: number % 5 === 0,
  timed: number % 2 === 0,
}))

beforeAll(async () => {
  world = await createWorld()
  staff = await hire(world)
  const { workspaceId } = staff.tenant
  const rows = made.map(({ number, words, waiting, timed }) => ({
    number,
    waiting,
    timed,
    content: { language: 'en', mentions: [], segments: [{ text: words.join(' '), assetIds: [] }] },
  }))
  await world.ctx.db.tx({ workspace: workspaceId }, () =>
    run(
      `insert into posts (id, workspace_id, state, shown, title, content, channel_ids, wall_time, time_zone, publish_at, provenance, created_at, updated_at)
       select ('01900000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid, $1, case when waiting then 'in_review' else 'draft' end, 'draft', number::text, content, '{}',
         case when timed then '2030-01-01T09:00' end, case when timed then 'UTC' end,
         case when timed then '2030-01-01T09:00:00Z'::timestamptz - number * interval '1 minute' end, '{"kind":"person"}', now(), now()
       from jsonb_to_recordset($2::jsonb) as made (number int, waiting boolean, timed boolean, content jsonb)`,
      [workspaceId, JSON.stringify(rows)],
    ),
  )
})
afterAll(() => world[Symbol.asyncDispose]())

async function everyPage(query: Query): Promise<number[]> {
  const found: number[] = []
  let cursor: string | undefined
  do {
    const page = await staff.viewer('listPosts', {
      params: staff.ws,
      query: { ...query, limit: 200, ...(cursor ? { cursor } : {}) },
    })
    found.push(...page.data.map(({ title }) => Number(title)))
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}

const newestFirst = (posts: Made[]) => posts.map(({ number }) => number).reverse()
const soonestFirst = (posts: Made[]) => [
  ...newestFirst(posts.filter(({ timed }) => timed)),
  ...posts.filter(({ timed }) => !timed).map(({ number }) => number),
]

describe('a search among thousands of posts', () => {
  it.each([
    ['in every post', 'bread'],
    ['in every third', 'thirds'],
    ['in many, none of them recent', 'older'],
    ['in the three oldest', 'oldest'],
    ['in one', 'once'],
    ['together in few', 'oldest thirds'],
    ['beginning like this', 'old'],
    ['nowhere', 'cake'],
  ])('finds the words that stand %s', async (_where, q) => {
    const wanted = q.split(' ')
    const has = ({ words }: Made) => wanted.every((w) => words.some((one) => one.startsWith(w)))
    const all = made.filter(has)
    expect(await everyPage({ q })).toEqual(newestFirst(all))
    expect(await everyPage({ q, order: 'time' })).toEqual(soonestFirst(all))
    const waiting = all.filter((post) => post.waiting)
    expect(await everyPage({ q, shown: ['in_review', 'missed'] })).toEqual(newestFirst(waiting))
  })
})
