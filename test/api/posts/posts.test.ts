import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addKey, callsAs } from '../../support/calls.ts'
import { at, hire, words, workHandlers, type Staff } from '../../support/staff.ts'
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

describe('a new post', () => {
  it('is a draft that keeps wall time and zone beside the instant, and names who wrote it', async () => {
    const post = await staff.draft()
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
    const refused = staff.draft(staff.editor, { when: at('2026-01-05T08:59') })
    await expect(refused).rejects.toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/when/wallTime', detail: expect.stringContaining('has passed') }],
    })
  })
  it('cannot be addressed to another workspace’s channel, or to one that is disconnected', async () => {
    const stranger = await world.addTenant()
    await expect(
      staff.draft(staff.editor, { channelIds: [stranger.pageId] }),
    ).rejects.toMatchObject({
      errors: [
        { pointer: '/channelIds', detail: 'One of these channels is not in this workspace.' },
      ],
    })
    const off = await world.addChannel(staff.tenant, {
      network: 'mastodon',
      name: 'Old',
      state: 'off',
    })
    await expect(staff.draft(staff.editor, { channelIds: [off] })).rejects.toThrow(
      'Old is disconnected',
    )
  })
  it('carries what each channel would refuse, found when it is written', async () => {
    const mastodon = await world.addChannel(staff.tenant, { network: 'mastodon', name: 'Toots' })
    const post = await staff.draft(staff.editor, {
      content: words('x'.repeat(501)),
      channelIds: [staff.tenant.pageId, mastodon],
    })
    expect(post.findings).toEqual([
      expect.objectContaining({ code: 'too_long', level: 'block', channelId: mastodon }),
    ])
  })
  it('takes an externalId once', async () => {
    const first = await staff.draft(staff.editor, { externalId: 'crm-1' })
    await expect(staff.draft(staff.editor, { externalId: 'crm-1' })).rejects.toThrow(first.id)
  })
  it('takes an externalId once even when several ask at the same moment', async () => {
    const all = Array.from({ length: 6 }, () => staff.draft(staff.editor, { externalId: 'crm-2' }))
    const settled = await Promise.allSettled(all)
    const refused = settled.flatMap((s) => (s.status === 'rejected' ? [s.reason.kind] : []))
    expect(refused).toEqual(Array.from({ length: 5 }, () => 'conflict'))
  })
  it('is out of reach for a viewer and for a stranger', async () => {
    await expect(staff.draft(staff.viewer)).rejects.toMatchObject({ kind: 'forbidden' })
    const stranger = await world.addTenant()
    await expect(staff.draft(staff.as(stranger.personId))).rejects.toMatchObject({
      kind: 'not_found',
    })
  })
  it('takes no words that are no handle for a mention, and says what one looks like', async () => {
    const mentions = [{ name: 'Ada', handles: { bluesky: 'garbage handle with spaces' } }]
    const content = { ...words('Hello @{Ada}.'), mentions }
    await expect(staff.draft(staff.editor, { content })).rejects.toMatchObject({
      kind: 'invalid',
      errors: [
        {
          pointer: '/content/mentions/0/handles/bluesky',
          detail: 'Type the whole handle, like name.bsky.social.',
        },
      ],
    })
  })
  it('takes no handle on a network that there is not, in an edit either', async () => {
    const mentions = [{ name: 'Ada', handles: { mastodon: '@ada@social.example', nowhere: 'ada' } }]
    const content = { ...words('Hello @{Ada}.'), mentions }
    const fault = {
      pointer: '/content/mentions/0/handles/nowhere',
      detail: 'There is no network of this name. Known are bluesky, mastodon, page.',
    }
    const refused = { kind: 'invalid', errors: [fault] }
    await expect(staff.draft(staff.editor, { content })).rejects.toMatchObject(refused)
    const post = await staff.draft()
    const edit = { params: staff.on(post), ifMatch: 1, body: { content } }
    await expect(staff.editor('updatePost', edit)).rejects.toMatchObject(refused)
  })
  it('is called by its first words, with people by name', async () => {
    await staff.draft(staff.editor, { content: words('Hello @{Ada}, look at this.\nMore below') })
    const { data } = await staff.viewer('listPosts', { params: staff.ws })
    expect(data[0]!.title).toBe('Hello Ada, look at this.')
  })
})

describe('an edit', () => {
  it('makes a version beside the old one', async () => {
    const post = await staff.draft()
    const changed = await staff.owner('updatePost', {
      params: staff.on(post),
      ifMatch: 1,
      body: { content: words('Warm bread.') },
    })
    expect(changed).toMatchObject({ version: 2, contentVersion: 2 })
    const { data } = await staff.editor('listVersions', { params: staff.on(post) })
    expect(data.map((v) => [v.contentVersion, v.provenance.writer])).toEqual([
      [2, 'Ada Example'],
      [1, 'Ed Itor'],
    ])
    const back = await staff.editor('restoreVersion', {
      params: staff.on(post),
      body: { contentVersion: 1 },
    })
    expect(back.content.segments[0]!.text).toBe('Fresh bread every morning.')
    expect(back.contentVersion).toBe(3)
  })
  it('that changes nothing changes no version', async () => {
    const post = await staff.draft()
    const body = { content: post.content, channelIds: post.channelIds, when: post.when }
    const same = await staff.editor('updatePost', { params: staff.on(post), ifMatch: 1, body })
    expect(same.version).toBe(1)
  })
  it('of what somebody changed meanwhile is refused', async () => {
    const post = await staff.draft()
    const edit = (text: string) =>
      staff.editor('updatePost', {
        params: staff.on(post),
        ifMatch: 1,
        body: { content: words(text) },
      })
    const both = await Promise.allSettled([edit('One'), edit('Two')])
    expect(both.map((b) => b.status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(edit('Three')).rejects.toMatchObject({ kind: 'stale' })
  })
  it('keeps a time that has passed meanwhile, but takes no new one in the past', async () => {
    const post = await staff.draft()
    now = new Date('2026-01-10T08:00:00Z')
    const body = { content: words('Later words'), when: post.when }
    const late = await staff.editor('updatePost', { params: staff.on(post), ifMatch: 1, body })
    expect(late.when).toEqual(post.when)
    const again = staff.editor('updatePost', {
      params: staff.on(post),
      ifMatch: late.version,
      body: { when: at('2026-01-10T08:59') },
    })
    await expect(again).rejects.toMatchObject({ kind: 'invalid' })
  })
})

describe('approval', () => {
  it('names one content version: another one is refused', async () => {
    const post = await staff.draft()
    await staff.editor('updatePost', {
      params: staff.on(post),
      ifMatch: 1,
      body: { content: words('New') },
    })
    const old = staff.owner('approvePost', { params: staff.on(post), body: { contentVersion: 1 } })
    await expect(old).rejects.toMatchObject({ kind: 'stale' })
    const fresh = await staff.owner('approvePost', {
      params: staff.on(post),
      body: { contentVersion: 2 },
    })
    expect(fresh).toMatchObject({ state: 'approved', shown: 'approved', approvedVersion: 2 })
  })
  it('is not an editor’s, nor a key’s that was not ticked', async () => {
    const post = await staff.draft()
    const body = { contentVersion: 1 }
    await expect(
      staff.editor('approvePost', { params: staff.on(post), body }),
    ).rejects.toMatchObject({
      kind: 'forbidden',
    })
    const key = await addKey(world.ctx, staff.tenant.workspaceId, staff.tenant.personId, false)
    const byKey = callsAs(
      world.ctx,
      workHandlers,
      key,
    )('approvePost', { params: staff.on(post), body })
    await expect(byKey).rejects.toThrow('scopes do not allow it')
  })
  it('is not taken back by a key that was not ticked, by asking for changes', async () => {
    const post = await staff.scheduled()
    const key = await addKey(world.ctx, staff.tenant.workspaceId, staff.tenant.personId, false)
    const asked = callsAs(
      world.ctx,
      workHandlers,
      key,
    )('requestChanges', { params: staff.on(post), body: { text: 'No.' } })
    await expect(asked).rejects.toMatchObject({ kind: 'forbidden' })
    const after = await staff.viewer('getPost', { params: staff.on(post) })
    expect(after).toMatchObject({ state: 'approved', shown: 'scheduled' })
  })
  it('is refused while something blocks the post, and says what', async () => {
    const mastodon = await world.addChannel(staff.tenant, { network: 'mastodon' })
    const post = await staff.draft(staff.editor, {
      content: words('x'.repeat(600)),
      channelIds: [mastodon],
    })
    const refused = staff.owner('approvePost', {
      params: staff.on(post),
      body: { contentVersion: 1 },
    })
    await expect(refused).rejects.toThrow('100 characters too many for Mastodon.')
  })
  it('is withdrawn by an editor’s edit, which cancels what was scheduled', async () => {
    const post = await staff.scheduled()
    expect(post.shown).toBe('scheduled')
    const edited = await staff.editor('updatePost', {
      params: staff.on(post),
      ifMatch: post.version,
      body: { content: words('Sneaky.') },
    })
    expect(edited).toMatchObject({ state: 'draft', shown: 'draft', approvedVersion: null })
    expect(edited.deliveries.map((d) => d.state)).toEqual(['cancelled'])
    const { data } = await staff.viewer('listComments', { params: staff.on(post) })
    expect(data.map((c) => [c.kind, c.by])).toEqual([
      ['approved', 'Ada Example'],
      ['approval_withdrawn', 'Ed Itor'],
    ])
  })
  it('is withdrawn by an edit through an owner’s key that was not ticked', async () => {
    const post = await staff.approved()
    const key = await addKey(world.ctx, staff.tenant.workspaceId, staff.tenant.personId, false)
    const edited = await callsAs(
      world.ctx,
      workHandlers,
      key,
    )('updatePost', {
      params: staff.on(post),
      ifMatch: post.version,
      body: { content: words('By machine.') },
    })
    expect(edited.state).toBe('draft')
  })
  it('stays with an approver’s own edit, and what is scheduled moves along', async () => {
    const post = await staff.scheduled()
    const moved = await staff.owner('updatePost', {
      params: staff.on(post),
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
    const mastodon = await world.addChannel(staff.tenant, { network: 'mastodon' })
    const post = await staff.scheduled({ channelIds: [mastodon] })
    const broken = await staff.owner('updatePost', {
      params: staff.on(post),
      ifMatch: post.version,
      body: { content: words('x'.repeat(600)) },
    })
    expect(broken).toMatchObject({ state: 'draft', approvedVersion: null })
    expect(broken.deliveries[0]!.state).toBe('cancelled')
  })
  it('can be asked for, sent back with a word, and taken back', async () => {
    const post = await staff.draft()
    const asked = await staff.editor('submitPost', { params: staff.on(post) })
    expect(asked.state).toBe('in_review')
    const back = await staff.owner('requestChanges', {
      params: staff.on(post),
      body: { text: 'Shorter.' },
    })
    expect(back.state).toBe('changes_requested')
    await staff.editor('submitPost', { params: staff.on(post) })
    await staff.owner('approvePost', { params: staff.on(post), body: { contentVersion: 1 } })
    const taken = await staff.owner('withdrawApproval', { params: staff.on(post) })
    expect(taken).toMatchObject({ state: 'draft', approvedVersion: null })
  })
})
