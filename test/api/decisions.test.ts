/** What a caller may see and do to an object: the decision, the lists, and the two compared row by row. */
import { happened } from '#contract/posts/happened.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callerOf } from '../../api/decide.ts'
import { load, resources, type Resource } from '../../api/resources.ts'
import { handlers } from '../../api/handlers.ts'
import { personOf, type Actor } from '../../core/platform/actor.ts'
import { rows, run } from '../../core/platform/db.ts'
import { begin } from '../../core/publishing/move.ts'
import { Campaign } from '../../core/campaigns/models/campaign.ts'
import { Role } from '../../core/workspaces/models/role.ts'
import type { Post } from '../../core/posts/models/post.ts'
import { openPolicy } from '../../policies/access/authorize.ts'
import { addKey, addMember, callsAs, personActor, type Call } from '../support/calls.ts'
import { briefs } from '../support/briefs.ts'
import { bring } from '../support/deliveries.ts'
import { createWorld, type Tenant, type World } from '../support/world.ts'

let world: World
let tenant: Tenant
let ws: { workspaceId: string }
/** By name: three people and a key of each kind. */
let actors: Record<string, Actor>
let secret: Post
let mine: Post
let shared: Post

beforeAll(async () => {
  world = await createWorld()
  tenant = await world.addTenant('owner')
  ws = { workspaceId: tenant.workspaceId }
  const editor = await addMember(world.ctx, tenant.workspaceId, 'editor', 'Ed Itor')
  const viewer = await addMember(world.ctx, tenant.workspaceId, 'viewer', 'Vi Ewer')
  actors = {
    owner: personActor(tenant.personId),
    editor: personActor(editor),
    viewer: personActor(viewer),
    ownersKey: await addKey(world.ctx, tenant.workspaceId, tenant.personId, true),
    editorsKey: await addKey(world.ctx, tenant.workspaceId, editor, false),
  }
  const campaignId = (await inTenant(() => Campaign.create(emptyCampaign()))).id
  const draft = async (createdBy: string, visibility: 'workspace' | 'private', text: string) => {
    const post = await world.addPost(tenant, { text, approved: false })
    await inTenant(() => post.update({ createdBy, visibility, campaignId }))
    await inTenant(async () => {
      await begin(planned(post), { what: happened('resumed'), at: new Date() })
      await bring(post.id, 'cancelled')
    })
    return post
  }
  secret = await draft(editor, 'private', 'Zeppelin, not yet shared')
  mine = await draft(tenant.personId, 'private', 'Zeppelin of the owner')
  shared = await draft(editor, 'workspace', 'Zeppelin for everybody')
})
afterAll(() => world[Symbol.asyncDispose]())

const emptyCampaign = () => ({
  workspaceId: tenant.workspaceId,
  name: 'All',
  createdBy: tenant.personId,
  brief: briefs.backpack!,
})
const planned = (post: Post) => ({
  workspaceId: tenant.workspaceId,
  postId: post.id,
  channelId: tenant.pageId,
  network: 'page',
  generation: 1,
  latenessMinutes: 60,
  publishAt: new Date(),
})
const inTenant = <T>(fn: () => Promise<T>, person?: string): Promise<T> =>
  world.ctx.db.tx({ workspace: tenant.workspaceId, ...(person ? { person } : {}) }, fn)
const as = (name: string): Call => callsAs(world.ctx, handlers, actors[name]!)
const on = (post: Post) => ({ ...ws, postId: post.id })
const callerAs = (actor: Actor) =>
  callerOf(world.ctx, {
    name: 'getWorkspace',
    params: ws,
    query: {},
    body: undefined,
    headers: {},
    actor,
  })

describe('what a list may show', () => {
  it('is what the decision allows, row by row, for every resource and caller', async () => {
    let compared = 0
    for (const resource of Object.values<Resource>(resources))
      for (const actor of Object.values(actors)) compared += await compare(resource, actor)
    expect(compared).toBeGreaterThan(50)
  })

  /** The rows that the predicate shows against those that the policy allows to read. */
  async function compare(resource: Resource, actor: Actor): Promise<number> {
    const { table, key = 'id', visible, read, param } = resource
    return inTenant(async () => {
      const caller = await callerAs(actor)
      const all = await rows<{ id: string; seen: boolean }>(
        `select x.${key} as id, ${visible?.('x') ?? 'true'} as seen from ${table} x where x.${table === 'workspaces' ? 'id' : 'workspace_id'} = $1`,
        [tenant.workspaceId],
      )
      const [noun, verb] = read.split('.') as [string, string]
      for (const { id, seen } of all) {
        const { attributes } = (await load(resource, { ...ws, [param]: id }))!
        if (caller.can(noun, verb)) expect(caller.can(noun, verb, attributes), table).toBe(seen)
      }
      return all.length
    }, personOf(actor))
  }

  it.each([
    ['owner', () => [shared, mine]],
    ['editor', () => [shared, secret]],
    ['viewer', () => [shared]],
    ['ownersKey', () => [shared, mine]],
    ['editorsKey', () => [shared, secret]],
  ] as const)('holds in every list, count, search and calendar for the %s', async (name, seen) => {
    const call = as(name)
    const expected = seen()
      .map(({ id }) => id)
      .sort()
    const ids = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id).sort()
    expect(ids(await call('listPosts', { params: ws, query: {} }))).toEqual(expected)
    expect(ids(await call('listPosts', { params: ws, query: { order: 'time' } }))).toEqual(expected)
    expect(ids(await call('listPosts', { params: ws, query: { q: 'zeppelin' } }))).toEqual(expected)
    const range = { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }
    expect(ids(await call('calendar', { params: ws, query: range }))).toEqual(expected)
    const deliveries = await call('listDeliveries', { params: ws, query: {} })
    expect(deliveries.data.map(({ postId }) => postId).sort()).toEqual(expected)
    const { data } = await call('listCampaigns', { params: ws, query: {} })
    expect(data[0]!.counts.draft).toBe(expected.length)
  })
})

describe('somebody else’s private draft', () => {
  it('is not there, for every endpoint that names it, whatever else the caller may', async () => {
    const owner = as('owner')
    for (const attempt of [
      () => owner('getPost', { params: on(secret) }),
      () => owner('listVersions', { params: on(secret) }),
      () => owner('listComments', { params: on(secret) }),
      () => owner('listMoves', { params: on(secret) }),
      () => owner('createComment', { params: on(secret), body: { text: 'Hm.' } }),
      () => owner('duplicatePost', { params: on(secret) }),
      () => owner('approvePost', { params: on(secret), body: { contentVersion: 1 } }),
      () => owner('deletePost', { params: on(secret), query: {} }),
    ])
      await expect(attempt()).rejects.toMatchObject({ kind: 'not_found' })
  })
  it('is not there in a list of posts to work on either', async () => {
    const { data } = await as('owner')('approvePosts', {
      params: ws,
      body: { posts: [{ postId: secret.id, contentVersion: 1 }] },
    })
    expect(data[0]).toMatchObject({ ok: false, problem: 'This post is gone.' })
  })
  it('is its author’s to read and to delete, and nobody’s to decide on before it is shared', async () => {
    const own = await as('owner')('getPost', { params: on(mine) })
    expect(own.id).toBe(mine.id)
    for (const attempt of [
      () => as('owner')('submitPost', { params: on(mine) }),
      () => as('owner')('approvePost', { params: on(mine), body: { contentVersion: 1 } }),
    ])
      await expect(attempt()).rejects.toThrow('Share it with the workspace first')
  })
  it('cannot leave the drafts in the database either', async () => {
    const approve = inTenant(() =>
      run(`update posts set state = 'approved' where id = $1`, [mine.id]),
    )
    await expect(approve).rejects.toThrow(/posts_private_draft/)
  })
})

describe('a role that a workspace made itself', () => {
  it('holds its row’s permissions, and none that the policy does not know', async () => {
    const intern = await addMember(world.ctx, tenant.workspaceId, 'intern' as never, 'In Tern')
    await inTenant(() =>
      Role.create({
        ...ws,
        name: 'intern',
        permissions: ['post.read', 'post.update', 'rocket.launch'],
      }),
    )
    const call = callsAs(world.ctx, handlers, personActor(intern))
    expect((await call('getPost', { params: on(shared) })).id).toBe(shared.id)
    const approve = call('approvePost', { params: on(shared), body: { contentVersion: 1 } })
    await expect(approve).rejects.toMatchObject({ kind: 'forbidden' })
    const caller = await inTenant(() => callerAs(personActor(intern)), intern)
    expect([...caller.grant].sort()).toEqual(['post.read', 'post.update'])
  })
  it('is given to nobody when it may more than whoever gives it', async () => {
    const manager = await addMember(world.ctx, tenant.workspaceId, 'manager' as never, 'Ma Nager')
    await inTenant(() =>
      Role.create({ ...ws, name: 'manager', permissions: ['member.read', 'member.manage'] }),
    )
    const call = callsAs(world.ctx, handlers, personActor(manager))
    const params = { ...ws, personId: manager }
    const climb = call('updateMember', { params, body: { role: 'owner' } })
    await expect(climb).rejects.toThrow('may more than you may give')
    const unknown = as('owner')('updateMember', { params, body: { role: 'emperor' } })
    await expect(unknown).rejects.toThrow('There is no role emperor')
  })
  it('that nobody defined holds nothing', async () => {
    const ghost = await addMember(world.ctx, tenant.workspaceId, 'ghost' as never, 'Gho St')
    const caller = await inTenant(() => callerAs(personActor(ghost)), ghost)
    expect(caller.grant.size).toBe(0)
  })
})

describe('what a policy asks for besides the right', () => {
  const grants = 'set, all, workspace.read\nrole, owner, all\nscope, read, all'
  const within = async (obligation: string) => {
    const policy = `p, workspace.read, any, ${obligation}, allow`
    return { ...world.ctx, policy: await openPolicy({ policy, grants }) }
  }
  it('is a fresh sign-in where it says so: an old session is refused and told what to do', async () => {
    const ctx = await within('fresh_proof')
    const actor = actors.owner as Extract<Actor, { kind: 'person' }>
    const signIn = (ago: string) =>
      world.ctx.db.tx({ person: actor.personId }, () =>
        run(
          `insert into sessions (id, person_id, access_hash, access_expires_at, started_at, last_seen_at, expires_at)
           values ($1, $2, uuid_send($1), now(), now() - $3::interval, now(), now() + interval '1 day')
           on conflict (id) do update set started_at = excluded.started_at`,
          [actor.sessionId, actor.personId, ago],
        ),
      )
    const call = callsAs(ctx, handlers, actor)
    await signIn('11 minutes')
    await expect(call('getWorkspace', { params: ws })).rejects.toThrow('Sign in again')
    await signIn('1 minute')
    expect((await call('getWorkspace', { params: ws })).id).toBe(tenant.workspaceId)
    const byKey = callsAs(ctx, handlers, actors.ownersKey!)
    await expect(byKey('getWorkspace', { params: ws })).rejects.toMatchObject({ kind: 'forbidden' })
  })
  it('refuses what needs a second person, until there is a way to be one', async () => {
    const call = callsAs(await within('second_person'), handlers, actors.owner!)
    await expect(call('getWorkspace', { params: ws })).rejects.toThrow('second person')
  })
})
