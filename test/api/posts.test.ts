import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Post } from '#contract/post.ts'
import { deliveriesHandlers } from '../../api/handlers/deliveries.ts'
import { postApprovalHandlers } from '../../api/handlers/post-approval.ts'
import { postBulkHandlers } from '../../api/handlers/post-bulk.ts'
import { postListsHandlers } from '../../api/handlers/post-lists.ts'
import { postScheduleHandlers } from '../../api/handlers/post-schedule.ts'
import { postVersionsHandlers } from '../../api/handlers/post-versions.ts'
import { postsHandlers } from '../../api/handlers/posts.ts'
import { Delivery } from '../../core/models/delivery.ts'
import { Workspace } from '../../core/models/workspace.ts'
import { addKey, addMember, callsAs, personActor, type Call } from '../support/calls.ts'
import { createWorld, type Tenant, type World } from '../support/world.ts'

const handlers = {
  ...postsHandlers,
  ...postListsHandlers,
  ...postApprovalHandlers,
  ...postScheduleHandlers,
  ...postBulkHandlers,
  ...postVersionsHandlers,
  ...deliveriesHandlers,
}
const berlin = 'Europe/Berlin'
const at = (wallTime: string) => ({ wallTime, timeZone: berlin })
const words = (text: string, assetIds: string[] = []) => ({
  segments: [{ text, assetIds }],
  language: 'en',
  mentions: [],
})

let world: World
let now = new Date('2026-01-05T08:00:00Z')
let tenant: Tenant
let owner: Call
let editor: Call
let viewer: Call

beforeAll(async () => {
  world = await createWorld({ overrides: { now: () => now } })
})
afterAll(() => world[Symbol.asyncDispose]())

beforeEach(async () => {
  now = new Date('2026-01-05T08:00:00Z')
  tenant = await world.addTenant('owner')
  owner = as(tenant.personId)
  editor = as(await addMember(world.ctx, tenant.workspaceId, 'editor', 'Ed Itor'))
  viewer = as(await addMember(world.ctx, tenant.workspaceId, 'viewer', 'Vi Ewer'))
})

const as = (personId: string) => callsAs(world.ctx, handlers, personActor(personId))
const inWs = () => ({ workspaceId: tenant.workspaceId })
const on = (post: Pick<Post, 'id'>) => ({ workspaceId: tenant.workspaceId, postId: post.id })

async function draft(call = editor, more: object = {}): Promise<Post> {
  return call('createPost', {
    params: inWs(),
    body: {
      content: words('Fresh bread every morning.'),
      channelIds: [tenant.pageId],
      when: at('2026-01-09T09:00'),
      ...more,
    },
  })
}
async function approved(more: object = {}): Promise<Post> {
  const post = await draft(editor, more)
  return owner('approvePost', {
    params: on(post),
    body: { contentVersion: post.contentVersion },
  })
}
async function scheduled(more: object = {}): Promise<Post> {
  return owner('schedulePost', { params: on(await approved(more)), body: {} })
}
async function pretend(post: Post, state: string): Promise<void> {
  await world.ctx.db.tx({ workspace: tenant.workspaceId }, () =>
    Delivery.update({ state }, { where: { postId: post.id } }),
  )
}

describe('a new post', () => {
  it('is a draft that keeps wall time and zone beside the instant, and names who wrote it', async () => {
    const post = await draft()
    expect(post).toMatchObject({
      state: 'draft',
      shown: 'draft',
      when: at('2026-01-09T09:00'),
      publishAt: '2026-01-09T08:00:00.000Z',
      version: 1,
      contentVersion: 1,
      createdBy: 'Ed Itor',
      provenance: { writer: 'Ed Itor', kind: 'person' },
      deliveries: [],
    })
  })
  it('cannot begin in the past, and says so in the field’s words', async () => {
    const refused = draft(editor, { when: at('2026-01-05T08:59') })
    await expect(refused).rejects.toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/when/wallTime', detail: expect.stringContaining('has passed') }],
    })
  })
  it('cannot be addressed to another workspace’s channel, or to one that is disconnected', async () => {
    const stranger = await world.addTenant()
    await expect(draft(editor, { channelIds: [stranger.pageId] })).rejects.toMatchObject({
      errors: [{ pointer: '/channelIds', detail: 'One of these channels is not in this workspace.' }],
    })
    const off = await world.addChannel(tenant, { network: 'mastodon', name: 'Old', state: 'off' })
    await expect(draft(editor, { channelIds: [off] })).rejects.toThrow('Old is disconnected')
  })
  it('carries what each channel would refuse, found when it is written', async () => {
    const mastodon = await world.addChannel(tenant, { network: 'mastodon', name: 'Toots' })
    const post = await draft(editor, {
      content: words('x'.repeat(501)),
      channelIds: [tenant.pageId, mastodon],
    })
    expect(post.findings).toEqual([
      expect.objectContaining({ code: 'too_long', level: 'block', channelId: mastodon }),
    ])
  })
  it('takes an externalId once', async () => {
    const first = await draft(editor, { externalId: 'crm-1' })
    await expect(draft(editor, { externalId: 'crm-1' })).rejects.toThrow(first.id)
  })
  it('is out of reach for a viewer and for a stranger', async () => {
    await expect(draft(viewer)).rejects.toMatchObject({ kind: 'forbidden' })
    const stranger = await world.addTenant()
    await expect(draft(as(stranger.personId))).rejects.toMatchObject({ kind: 'not_found' })
  })
  it('is called by its first words, with people by name', async () => {
    await draft(editor, { content: words('Hello @{Ada}, look at this.\nMore below') })
    const { data } = await viewer('listPosts', { params: inWs() })
    expect(data[0]!.title).toBe('Hello Ada, look at this.')
  })
})

describe('an edit', () => {
  it('makes a version beside the old one', async () => {
    const post = await draft()
    const changed = await owner('updatePost', {
      params: on(post),
      ifMatch: 1,
      body: { content: words('Warm bread.') },
    })
    expect(changed).toMatchObject({ version: 2, contentVersion: 2 })
    const { data } = await editor('listVersions', { params: on(post) })
    expect(data.map((v) => [v.contentVersion, v.provenance.writer])).toEqual([
      [2, 'Ada Example'],
      [1, 'Ed Itor'],
    ])
    const back = await editor('restoreVersion', { params: on(post), body: { contentVersion: 1 } })
    expect(back.content.segments[0]!.text).toBe('Fresh bread every morning.')
    expect(back.contentVersion).toBe(3)
  })
  it('that changes nothing changes no version', async () => {
    const post = await draft()
    const body = { content: post.content, channelIds: post.channelIds, when: post.when }
    const same = await editor('updatePost', { params: on(post), ifMatch: 1, body })
    expect(same.version).toBe(1)
  })
  it('of what somebody changed meanwhile is refused', async () => {
    const post = await draft()
    const edit = (text: string) =>
      editor('updatePost', { params: on(post), ifMatch: 1, body: { content: words(text) } })
    const both = await Promise.allSettled([edit('One'), edit('Two')])
    expect(both.map((b) => b.status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(edit('Three')).rejects.toMatchObject({ kind: 'stale' })
  })
  it('keeps a time that has passed meanwhile, but takes no new one in the past', async () => {
    const post = await draft()
    now = new Date('2026-01-10T08:00:00Z')
    const body = { content: words('Later words'), when: post.when }
    const late = await editor('updatePost', { params: on(post), ifMatch: 1, body })
    expect(late.when).toEqual(post.when)
    const again = editor('updatePost', {
      params: on(post),
      ifMatch: late.version,
      body: { when: at('2026-01-10T08:59') },
    })
    await expect(again).rejects.toMatchObject({ kind: 'invalid' })
  })
})

describe('approval', () => {
  it('names one content version: another one is refused', async () => {
    const post = await draft()
    await editor('updatePost', { params: on(post), ifMatch: 1, body: { content: words('New') } })
    const old = owner('approvePost', { params: on(post), body: { contentVersion: 1 } })
    await expect(old).rejects.toMatchObject({ kind: 'stale' })
    const fresh = await owner('approvePost', { params: on(post), body: { contentVersion: 2 } })
    expect(fresh).toMatchObject({ state: 'approved', shown: 'approved', approvedVersion: 2 })
  })
  it('is not an editor’s, nor a key’s that was not ticked', async () => {
    const post = await draft()
    const body = { contentVersion: 1 }
    await expect(editor('approvePost', { params: on(post), body })).rejects.toMatchObject({
      kind: 'forbidden',
    })
    const key = await addKey(world.ctx, tenant.workspaceId, tenant.personId, false)
    const byKey = callsAs(world.ctx, handlers, key)('approvePost', { params: on(post), body })
    await expect(byKey).rejects.toThrow('This API key may not approve')
  })
  it('is refused while something blocks the post, and says what', async () => {
    const mastodon = await world.addChannel(tenant, { network: 'mastodon' })
    const post = await draft(editor, { content: words('x'.repeat(600)), channelIds: [mastodon] })
    const refused = owner('approvePost', { params: on(post), body: { contentVersion: 1 } })
    await expect(refused).rejects.toThrow('100 characters too many for Mastodon.')
  })
  it('is withdrawn by an editor’s edit, which cancels what was scheduled', async () => {
    const post = await scheduled()
    expect(post.shown).toBe('scheduled')
    const edited = await editor('updatePost', {
      params: on(post),
      ifMatch: post.version,
      body: { content: words('Sneaky.') },
    })
    expect(edited).toMatchObject({ state: 'draft', shown: 'draft', approvedVersion: null })
    expect(edited.deliveries.map((d) => d.state)).toEqual(['cancelled'])
    const { data } = await viewer('listComments', { params: on(post) })
    expect(data.map((c) => [c.kind, c.by])).toEqual([
      ['approved', 'Ada Example'],
      ['approval_withdrawn', 'Ed Itor'],
    ])
  })
  it('is withdrawn by an edit through an owner’s key that was not ticked', async () => {
    const post = await approved()
    const key = await addKey(world.ctx, tenant.workspaceId, tenant.personId, false)
    const edited = await callsAs(world.ctx, handlers, key)('updatePost', {
      params: on(post),
      ifMatch: post.version,
      body: { content: words('By machine.') },
    })
    expect(edited.state).toBe('draft')
  })
  it('stays with an approver’s own edit, and what is scheduled moves along', async () => {
    const post = await scheduled()
    const moved = await owner('updatePost', {
      params: on(post),
      ifMatch: post.version,
      body: { when: at('2026-01-12T10:00') },
    })
    expect(moved).toMatchObject({ state: 'approved', shown: 'scheduled', approvedVersion: 2 })
    expect(moved.deliveries[0]).toMatchObject({
      state: 'scheduled',
      publishAt: '2026-01-12T09:00:00.000Z',
    })
  })
  it('does not outlast an approver’s edit that the network would refuse', async () => {
    const mastodon = await world.addChannel(tenant, { network: 'mastodon' })
    const post = await scheduled({ channelIds: [mastodon] })
    const broken = await owner('updatePost', {
      params: on(post),
      ifMatch: post.version,
      body: { content: words('x'.repeat(600)) },
    })
    expect(broken).toMatchObject({ state: 'draft', approvedVersion: null })
    expect(broken.deliveries[0]!.state).toBe('cancelled')
  })
  it('can be asked for, sent back with a word, and taken back', async () => {
    const post = await draft()
    const asked = await editor('submitPost', { params: on(post) })
    expect(asked.state).toBe('in_review')
    const back = await owner('requestChanges', { params: on(post), body: { text: 'Shorter.' } })
    expect(back.state).toBe('changes_requested')
    await editor('submitPost', { params: on(post) })
    await owner('approvePost', { params: on(post), body: { contentVersion: 1 } })
    const taken = await owner('withdrawApproval', { params: on(post) })
    expect(taken).toMatchObject({ state: 'draft', approvedVersion: null })
  })
})

describe('scheduling', () => {
  it('needs the approval of the present version', async () => {
    const post = await draft()
    const refused = owner('schedulePost', { params: on(post), body: {} })
    await expect(refused).rejects.toMatchObject({ kind: 'not_approved' })
  })
  it('takes the post’s own time, or another one from those who may approve', async () => {
    expect((await scheduled()).deliveries[0]!.publishAt).toBe('2026-01-09T08:00:00.000Z')
    const other = await owner('schedulePost', {
      params: on(await approved()),
      body: { when: at('2026-01-20T12:00') },
    })
    expect(other).toMatchObject({ contentVersion: 2, approvedVersion: 2, shown: 'scheduled' })
    const byEditor = editor('schedulePost', {
      params: on(await approved()),
      body: { when: at('2026-01-20T12:00') },
    })
    await expect(byEditor).rejects.toThrow('It is approved for 2026-01-09 09:00 in Europe/Berlin.')
  })
  it('leaves the time to an editor where the approver left it open', async () => {
    const post = await approved({ when: undefined })
    const timed = await editor('schedulePost', {
      params: on(post),
      body: { when: at('2026-01-20T12:00') },
    })
    expect(timed).toMatchObject({ shown: 'scheduled', state: 'approved' })
  })
  it('takes the next free slot, which no other post stands in', async () => {
    await world.ctx.db.tx({ workspace: tenant.workspaceId }, () =>
      Workspace.update({ slots: [{ weekday: 5, time: '09:00' }] }, { where: { id: tenant.workspaceId } }),
    )
    await draft()
    const slot = await viewer('nextSlot', { params: inWs() })
    expect(slot).toEqual(at('2026-01-16T09:00'))
    const post = await approved({ when: undefined })
    const placed = await owner('schedulePost', { params: on(post), body: { nextFreeSlot: true } })
    expect(placed.when).toEqual(slot)
  })
  it('says so when the post’s own time has passed', async () => {
    const post = await approved()
    now = new Date('2026-01-09T08:00:01Z')
    const late = owner('schedulePost', { params: on(post), body: {} })
    await expect(late).rejects.toThrow('2026-01-09 09:00 in Europe/Berlin has passed')
  })
  it('"now" is decided by the server', async () => {
    const post = await approved()
    const out = await owner('publishPost', { params: on(post) })
    expect(out).toMatchObject({ shown: 'scheduled', publishAt: now.toISOString() })
    expect(out.when).toEqual(at('2026-01-05T09:00'))
  })
  it('can be cancelled, and the post stays an approved draft', async () => {
    const post = await scheduled()
    const back = await editor('cancelPost', { params: on(post) })
    expect(back).toMatchObject({ state: 'approved', shown: 'approved' })
    await expect(editor('cancelPost', { params: on(post) })).rejects.toMatchObject({
      kind: 'conflict',
    })
  })
  it('cannot be undone once sending has begun: edit, move and cancel name the channel', async () => {
    const post = await scheduled()
    await pretend(post, 'publishing')
    const all = [
      owner('updatePost', { params: on(post), ifMatch: post.version, body: { when: null } }),
      owner('cancelPost', { params: on(post) }),
      owner('schedulePost', { params: on(post), body: {} }),
      owner('withdrawApproval', { params: on(post) }),
      owner('requestChanges', { params: on(post), body: { text: 'No' } }),
    ]
    for (const refused of await Promise.allSettled(all))
      expect(refused).toMatchObject({
        reason: { kind: 'already_sending', detail: expect.stringContaining('Our page') },
      })
  })
})

describe('many posts at once', () => {
  it('are approved and scheduled, and those with findings are left with their reason', async () => {
    const mastodon = await world.addChannel(tenant, { network: 'mastodon' })
    const good = await draft()
    const bad = await draft(editor, { content: words('x'.repeat(600)), channelIds: [mastodon] })
    const posts = [good, bad].map((p) => ({ postId: p.id, contentVersion: 1 }))
    const { data } = await owner('approvePosts', {
      params: inWs(),
      body: { posts, schedule: true },
    })
    expect(data).toEqual([
      { postId: good.id, ok: true, problem: null },
      { postId: bad.id, ok: false, problem: '100 characters too many for Mastodon.' },
    ])
    expect((await owner('getPost', { params: on(good) })).shown).toBe('scheduled')
    expect((await owner('getPost', { params: on(bad) })).state).toBe('draft')
    await owner('unapprovePosts', { params: inWs(), body: { postIds: [good.id] } })
    expect((await owner('getPost', { params: on(good) })).shown).toBe('draft')
  })
  it('move and keep their states where the mover may approve, and lose approval where not', async () => {
    const [one, two] = [await scheduled(), await scheduled()]
    const move = (post: Post, call: Call) =>
      call('movePosts', {
        params: inWs(),
        body: { moves: [{ postId: post.id, when: at('2026-01-13T09:00') }] },
      })
    await move(one, owner)
    await move(two, editor)
    expect((await owner('getPost', { params: on(one) })).shown).toBe('scheduled')
    expect((await owner('getPost', { params: on(two) })).shown).toBe('draft')
  })
  it('are cancelled together, each with its own outcome', async () => {
    const [one, two] = [await scheduled(), await draft()]
    const { data } = await owner('cancelPosts', {
      params: inWs(),
      body: { postIds: [two.id, one.id] },
    })
    expect(data.map((d) => d.ok)).toEqual([false, true])
  })
})
