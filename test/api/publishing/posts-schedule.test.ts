import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bring } from '../../support/deliveries.ts'
import { Workspace } from '../../../core/workspaces/models/workspace.ts'
import type { Call } from '../../support/calls.ts'
import { at, hire, words, type PostOut, type Staff } from '../../support/staff.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
let now: Date
let staff: Staff

beforeAll(async () => {
  world = await createWorld({ overrides: { now: () => now } })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  now = new Date('2026-01-05T08:00:00Z')
  staff = await hire(world)
})

describe('scheduling', () => {
  it('needs the approval of the present version', async () => {
    const post = await staff.draft()
    const refused = staff.owner('schedulePost', { params: staff.on(post), body: {} })
    await expect(refused).rejects.toMatchObject({ kind: 'not_approved' })
  })
  it('takes the post’s own time, or another one from those who may approve', async () => {
    expect((await staff.scheduled()).deliveries[0]!.publishAt).toBe('2026-01-09T08:00:00.000Z')
    const other = await staff.owner('schedulePost', {
      params: staff.on(await staff.approved()),
      body: { when: at('2026-01-20T12:00') },
    })
    expect(other).toMatchObject({ contentVersion: 2, approvedVersion: 2, shown: 'scheduled' })
    const byEditor = staff.editor('schedulePost', {
      params: staff.on(await staff.approved()),
      body: { when: at('2026-01-20T12:00') },
    })
    await expect(byEditor).rejects.toThrow('It is approved for 2026-01-09 09:00 in Europe/Berlin.')
  })
  it('leaves the time to an editor where the approver left it open', async () => {
    const post = await staff.approved({ when: undefined })
    const timed = await staff.editor('schedulePost', {
      params: staff.on(post),
      body: { when: at('2026-01-20T12:00') },
    })
    expect(timed).toMatchObject({ shown: 'scheduled', state: 'approved' })
  })
  it('takes the next free slot, which no other post stands in', async () => {
    await staff.inTx(() =>
      Workspace.update(
        { slots: [{ weekday: 5, time: '09:00' }] },
        { where: { id: staff.tenant.workspaceId } },
      ),
    )
    await staff.draft()
    const slot = await staff.viewer('nextSlot', { params: staff.ws })
    expect(slot).toEqual(at('2026-01-16T09:00'))
    const post = await staff.approved({ when: undefined })
    const placed = await staff.owner('schedulePost', {
      params: staff.on(post),
      body: { nextFreeSlot: true },
    })
    expect(placed.when).toEqual(slot)
  })
  it('says so when the post’s own time has passed', async () => {
    const post = await staff.approved()
    now = new Date('2026-01-09T08:00:01Z')
    const late = staff.owner('schedulePost', { params: staff.on(post), body: {} })
    await expect(late).rejects.toThrow('2026-01-09 09:00 in Europe/Berlin has passed')
  })
  it('"now" is decided by the server', async () => {
    const post = await staff.approved()
    const out = await staff.owner('publishPost', { params: staff.on(post) })
    expect(out).toMatchObject({ shown: 'scheduled', publishAt: now.toISOString() })
    expect(out.when).toEqual(at('2026-01-05T09:00'))
  })
  it('can be cancelled, and the post stays an approved draft', async () => {
    const post = await staff.scheduled()
    const back = await staff.editor('cancelPost', { params: staff.on(post) })
    expect(back).toMatchObject({ state: 'approved', shown: 'approved' })
    await expect(staff.editor('cancelPost', { params: staff.on(post) })).rejects.toMatchObject({
      kind: 'conflict',
    })
  })
  it('cannot be undone once sending has begun: edit, move and cancel name the channel', async () => {
    const post = await staff.scheduled()
    await staff.inTx(() => bring(post.id, 'publishing'))
    const all = [
      staff.owner('updatePost', {
        params: staff.on(post),
        ifMatch: post.version,
        body: { when: null },
      }),
      staff.owner('cancelPost', { params: staff.on(post) }),
      staff.owner('schedulePost', { params: staff.on(post), body: {} }),
      staff.owner('withdrawApproval', { params: staff.on(post) }),
      staff.owner('requestChanges', { params: staff.on(post), body: { text: 'No' } }),
    ]
    for (const refused of await Promise.allSettled(all))
      expect(refused).toMatchObject({
        reason: { kind: 'already_sending', detail: expect.stringContaining('Our page') },
      })
  })
})

describe('many posts at once', () => {
  it('are approved and scheduled, and those with findings are left with their reason', async () => {
    const mastodon = await world.addChannel(staff.tenant, { network: 'mastodon' })
    const good = await staff.draft()
    const bad = await staff.draft(staff.editor, {
      content: words('x'.repeat(600)),
      channelIds: [mastodon],
    })
    const posts = [good, bad].map((p) => ({ postId: p.id, contentVersion: 1 }))
    const { data } = await staff.owner('approvePosts', {
      params: staff.ws,
      body: { posts, schedule: true },
    })
    expect(data).toEqual([
      { postId: good.id, ok: true, problem: null, did: ['approved', 'scheduled'] },
      { postId: bad.id, ok: false, problem: '100 characters too many for Mastodon.', did: [] },
    ])
    expect((await staff.owner('getPost', { params: staff.on(good) })).shown).toBe('scheduled')
    expect((await staff.owner('getPost', { params: staff.on(bad) })).state).toBe('draft')
    await staff.owner('unapprovePosts', { params: staff.ws, body: { postIds: [good.id] } })
    expect((await staff.owner('getPost', { params: staff.on(good) })).shown).toBe('draft')
  })
  it('say what was done to each now, so that no more than that is taken back', async () => {
    const [fresh, approved, scheduled] = [
      await staff.draft(),
      await staff.approved(),
      await staff.scheduled(),
    ]
    const all = [fresh, approved, scheduled]
    const { data } = await staff.owner('approvePosts', {
      params: staff.ws,
      body: { schedule: true, posts: all.map((p) => ({ postId: p.id, contentVersion: 1 })) },
    })
    expect(data.map((d) => d.did)).toEqual([['approved', 'scheduled'], ['scheduled'], []])
    const again = await staff.owner('schedulePosts', {
      params: staff.ws,
      body: { postIds: [fresh.id] },
    })
    expect(again.data.map((d) => [d.ok, d.did])).toEqual([[true, []]])
  })
  it('stand where they stood before when their approval is undone', async () => {
    const draft = await staff.draft()
    const asked = await staff.draft()
    await staff.editor('submitPost', { params: staff.on(asked) })
    const sentBack = await staff.draft()
    await staff.owner('requestChanges', { params: staff.on(sentBack), body: { text: 'Warmer' } })
    const all = [draft, asked, sentBack]
    await staff.owner('approvePosts', {
      params: staff.ws,
      body: { schedule: true, posts: all.map((p) => ({ postId: p.id, contentVersion: 1 })) },
    })
    // An approver's own change keeps the approval, and what it goes back to.
    await staff.owner('movePosts', {
      params: staff.ws,
      body: { moves: [{ postId: asked.id, when: at('2026-01-14T09:00') }] },
    })
    const { data } = await staff.owner('unapprovePosts', {
      params: staff.ws,
      body: { postIds: all.map((p) => p.id) },
    })
    expect(data.every((d) => d.ok)).toBe(true)
    const now = await Promise.all(all.map((p) => staff.owner('getPost', { params: staff.on(p) })))
    expect(now.map((p) => p.shown)).toEqual(['draft', 'in_review', 'changes_requested'])
  })
  it('move and keep their states where the mover may approve, and lose approval where not', async () => {
    const [one, two] = [await staff.scheduled(), await staff.scheduled()]
    const move = (post: PostOut, call: Call) =>
      call('movePosts', {
        params: staff.ws,
        body: { moves: [{ postId: post.id, when: at('2026-01-13T09:00') }] },
      })
    await move(one, staff.owner)
    await move(two, staff.editor)
    expect((await staff.owner('getPost', { params: staff.on(one) })).shown).toBe('scheduled')
    expect((await staff.owner('getPost', { params: staff.on(two) })).shown).toBe('draft')
  })
  it('are cancelled together, each with its own outcome', async () => {
    const [one, two] = [await staff.scheduled(), await staff.draft()]
    const { data } = await staff.owner('cancelPosts', {
      params: staff.ws,
      body: { postIds: [two.id, one.id] },
    })
    expect(data.map((d) => [d.ok, d.did])).toEqual([
      [false, []],
      [true, ['cancelled']],
    ])
  })
  it('that were cancelled keep approval and time, and are scheduled again together', async () => {
    const [one, two, draft] = [
      await staff.scheduled(),
      await staff.scheduled(),
      await staff.draft(),
    ]
    const all = [one, two, draft]
    const postIds = all.map((p) => p.id)
    await staff.editor('cancelPosts', { params: staff.ws, body: { postIds } })
    const cancelled = await staff.owner('getPost', { params: staff.on(one) })
    expect(cancelled).toMatchObject({ shown: 'approved', when: one.when, publishAt: one.publishAt })
    const again = await staff.editor('schedulePosts', { params: staff.ws, body: { postIds } })
    expect(again.data.map((d) => d.ok)).toEqual([true, true, false])
    expect(again.data[2]!.problem).toContain('not approved')
    const after = await Promise.all(all.map((p) => staff.owner('getPost', { params: staff.on(p) })))
    expect(after.map((p) => p.shown)).toEqual(['scheduled', 'scheduled', 'draft'])
    expect(after[0]!.deliveries[0]!.publishAt).toBe(one.deliveries[0]!.publishAt)
  })
})
