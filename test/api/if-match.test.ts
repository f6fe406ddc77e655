import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EndpointName } from '#contract/endpoints.ts'
import { dispatch, type HandlerMap } from '../../api/dispatch.ts'
import { handlers } from '../../api/handlers.ts'
import { briefs } from '../support/briefs.ts'
import { callsAs, personActor, type Call } from '../support/calls.ts'
import { hire, words, workHandlers, type PostOut, type Staff } from '../support/staff.ts'
import { createWorld, type World } from '../support/world.ts'

let world: World
let staff: Staff
/** The same owner, with the endpoints that posts do not need. */
let house: { owner: Call; ws: Staff['ws'] }
beforeAll(async () => {
  world = await createWorld({ overrides: { now: () => new Date('2026-01-05T08:00:00Z') } })
  staff = await hire(world)
  house = { ws: staff.ws, owner: callsAs(world.ctx, handlers, personActor(staff.tenant.personId)) }
})
afterAll(() => world[Symbol.asyncDispose]())

describe('If-Match of an edit', () => {
  const edit = async (header: string | undefined) => {
    const post = await staff.draft()
    return dispatch(world.ctx, workHandlers as unknown as HandlerMap, {
      name: 'updatePost',
      params: staff.on(post),
      query: {},
      body: { content: words('Warm bread.') },
      headers: header === undefined ? {} : { 'if-match': header },
      actor: personActor(staff.tenant.personId),
    })
  }
  // The last is what our proxy makes of "v1" when it compresses.
  it.each(['"v1"', '*', ' * ', '"v7", "v1"', ',"v1",', 'W/"v1","v1"', '"v1-zstd"'])(
    '%s means the first version',
    async (header) => {
      expect((await edit(header)).headers.etag).toBe('"v2"')
    },
  )
  // Weak tags never match here: RFC 9110, 13.1.1.
  it.each(['"v2"', '"99"', '"v01"', '"1"', '""', 'W/"v1"', '"v7", "v8"', '"*"'])(
    '%s means another version',
    async (header) => {
      await expect(edit(header)).rejects.toMatchObject({ kind: 'stale' })
    },
  )
  it.each(['v1', '1', '', '"v1', '"v1" "v2"', '*, "v1"', 'w/"v1"', '"v 1"'])(
    '%s cannot be read',
    async (header) => {
      await expect(edit(header)).rejects.toMatchObject({ kind: 'malformed' })
    },
  )
  it('has to be said', async () => {
    await expect(edit(undefined)).rejects.toMatchObject({ kind: 'precondition_required' })
  })
})

/** A version that was passed long ago, by hand: the calls of tests always send the tag as it is now. */
const send = (name: EndpointName, params: Record<string, string>, header: string, body?: object) =>
  dispatch(world.ctx, handlers as unknown as HandlerMap, {
    name,
    params,
    query: {},
    body,
    headers: { 'if-match': header },
    actor: personActor(staff.tenant.personId),
  })
const stale = { kind: 'stale', status: 412 }

describe('If-Match where it need not be said', () => {
  const onPost: [EndpointName, () => Promise<PostOut>, object?][] = [
    ['deletePost', () => staff.draft()],
    ['duplicatePost', () => staff.draft()],
    ['restoreVersion', () => staff.draft(), { contentVersion: 1 }],
    ['submitPost', () => staff.draft()],
    ['approvePost', () => staff.draft(), { contentVersion: 1 }],
    ['requestChanges', () => staff.draft(), { text: 'Shorter, please.' }],
    ['createComment', () => staff.draft(), { text: 'I like it.' }],
    ['withdrawApproval', () => staff.approved()],
    ['schedulePost', () => staff.approved(), {}],
    ['publishPost', () => staff.approved()],
    ['cancelPost', () => staff.scheduled()],
  ]
  it.each(onPost)('%s with a version that was passed does nothing', async (name, make, body) => {
    const post = await make()
    const posts = async () => (await staff.owner('listPosts', { params: staff.ws })).data.length
    const before = await posts()
    for (const header of [
      `"v${post.version - 1}"`,
      `"v${post.version + 1}"`,
      `W/"v${post.version}"`,
    ])
      await expect(send(name, staff.on(post), header, body)).rejects.toMatchObject(stale)
    expect(await staff.owner('getPost', { params: staff.on(post) })).toEqual(post)
    expect((await staff.owner('listComments', { params: staff.on(post) })).data).toHaveLength(
      post.approvedVersion ? 1 : 0,
    )
    expect(await posts()).toBe(before)
  })
  it.each(onPost)('%s with the version that is does what it does', async (name, make, body) => {
    const post = await make()
    const answer = await send(name, staff.on(post), `"v${post.version}"`, body)
    expect(answer.status).toBeLessThan(300)
  })
  it('is asked before a writer is', async () => {
    const post = await staff.draft()
    await expect(send('regeneratePost', staff.on(post), '"v9"', {})).rejects.toMatchObject(stale)
    await expect(send('regeneratePost', staff.on(post), '"v1"', {})).rejects.toMatchObject({
      kind: 'conflict',
    })
  })
  it('cannot be read as something else than a list of tags', async () => {
    const post = await staff.draft()
    const read = send('approvePost', staff.on(post), 'v1', { contentVersion: 1 })
    await expect(read).rejects.toMatchObject({ kind: 'malformed' })
  })
  it('says of a post that is gone that it is gone', async () => {
    const gone = { ...staff.ws, postId: '00000000-0000-7000-8000-000000000000' }
    for (const name of ['submitPost', 'deletePost'] as const)
      await expect(send(name, gone, '"v1"')).rejects.toMatchObject({ kind: 'not_found' })
  })
  it('keeps the campaign that somebody else changed, and writes nothing from its new brief', async () => {
    const { campaign } = await staff.owner('createCampaign', {
      params: staff.ws,
      body: { brief: { ...briefs.backpack!, channelIds: [staff.tenant.pageId] }, generate: false },
    })
    const on = { ...staff.ws, campaignId: campaign.id }
    for (const [name, body] of [['deleteCampaign'], ['createRun', {}]] as const)
      await expect(send(name, on, '"v2"', body)).rejects.toMatchObject(stale)
    expect(await staff.owner('getCampaign', { params: on })).toEqual(campaign)
    expect((await send('deleteCampaign', on, '"v1"')).status).toBe(202)
  })
  it('keeps the settings of a workspace that somebody else changed', async () => {
    const before = await house.owner('getWorkspace', { params: house.ws })
    const { url, ...page } = before.page
    expect(url).toContain(page.slug)
    const other = `"v${before.version + 1}"`
    const calls: [EndpointName, object?][] = [
      ['updateWorkspace', { name: 'Another' }],
      ['updatePage', { ...page, title: 'Another' }],
      ['holdPublishing', { reason: 'Wait.' }],
      ['resumePublishing', { overdue: 'cancel' }],
      ['wipeDemo'],
    ]
    for (const [name, body] of calls)
      await expect(send(name, house.ws, other, body)).rejects.toMatchObject(stale)
    expect(await house.owner('getWorkspace', { params: house.ws })).toEqual(before)
    const held = await send('holdPublishing', house.ws, `"v${before.version}"`, { reason: 'Wait.' })
    expect(held.headers.etag).toBe(other)
    await send('resumePublishing', house.ws, other, { overdue: 'cancel' })
  })
  it('names nothing where nothing has a version', async () => {
    const body = { name: 'Backup' }
    const made = send('createApiKey', staff.ws, '"v1"', body)
    await expect(made).rejects.toMatchObject({
      ...stale,
      detail: expect.stringContaining('has no version'),
    })
    expect((await house.owner('listApiKeys', { params: house.ws })).data).toEqual([])
    expect((await send('createApiKey', staff.ws, '*', body)).status).toBe(201)
  })
})
