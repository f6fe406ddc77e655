/** What the stream of a workspace tells whom. */
import { EventEmitter } from 'node:events'
import type { Request as HttpRequest, Response as HttpResponse } from 'express'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventKinds } from '#contract/platform/event-catalogue.ts'
import { streamEvents } from '../../../api/platform/events.ts'
import { startSession } from '../../../core/identity/sessions.ts'
import { personOf, type Actor } from '../../../core/platform/actor.ts'
import { rows, run } from '../../../core/platform/db.ts'
import { Comment } from '../../../core/posts/models/comment.ts'
import { openPolicy } from '../../../policies/access/authorize.ts'
import { addKey, addMember } from '../../support/calls.ts'
import { askAdmin } from '../../support/database.ts'
import { createWorld, eventually, type Tenant, type World } from '../../support/world.ts'

let world: World
let tenant: Tenant
let author: Actor
let fellow: Actor
beforeAll(async () => {
  world = await createWorld()
  tenant = await world.addTenant('owner')
  author = await signedIn(tenant.personId)
  fellow = await signedIn(await addMember(world.ctx, tenant.workspaceId, 'owner', 'Fe Llow'))
})
afterAll(() => world[Symbol.asyncDispose]())

async function signedIn(personId: string): Promise<Actor> {
  await startSession(world.ctx, personId, { ip: '127.0.0.1', userAgent: 'test' })
  const [session] = await askAdmin<{ id: string }>(
    world.config.databaseUrl,
    'select id from sessions where person_id = $1 order by started_at desc limit 1',
    [personId],
  )
  return { kind: 'person', personId, sessionId: session!.id, ip: '127.0.0.1' }
}

const open: EventEmitter[] = []
afterEach(() => {
  for (const req of open.splice(0)) req.emit('close')
})

/** Listens as somebody; what was told so far as `kind subject`. */
async function listen(actor: Actor) {
  const told: string[] = []
  const stream = { told, ended: false }
  const res = {
    setHeader: () => res,
    writeHead: () => res,
    write: (text: string) => {
      const [, kind] = /^event: (.+)$/m.exec(text) ?? []
      if (kind) told.push(`${kind} ${/"subject":"([^"]+)"/.exec(text)![1]}`)
    },
    end: () => (stream.ended = true),
  }
  const req = new EventEmitter()
  open.push(req)
  const request = {
    name: 'events' as const,
    params: { workspaceId: tenant.workspaceId },
    query: {},
    body: undefined,
    headers: {},
    actor,
  }
  await streamEvents(
    world.ctx,
    request,
    req as unknown as HttpRequest,
    res as unknown as HttpResponse,
  )
  return stream
}

const within = <T>(fn: () => Promise<T>) =>
  world.ctx.db.tx({ workspace: tenant.workspaceId, person: tenant.personId }, fn)
/** A change that everybody is told of; whoever was told of it was told of all that was before. */
async function mark(...streams: { told: string[] }[]): Promise<void> {
  const { id } = await world.addPost(tenant)
  for (const { told } of streams) await eventually(async () => told.includes(`post ${id}`))
}
const hide = (id: string) =>
  within(() =>
    run(
      `update posts set visibility = 'private', state = 'draft', approved_version = null where id = $1`,
      [id],
    ),
  )
const comment = (postId: string) =>
  within(() =>
    Comment.create({
      workspaceId: tenant.workspaceId,
      postId,
      kind: 'comment',
      text: 'Hm.',
      contentVersion: 1,
      personId: tenant.personId,
      createdAt: world.ctx.now(),
    } as never),
  )

describe('events of a draft that is not shared', () => {
  it('reach its author and nobody else, its comments and its end included', async () => {
    const post = await world.addPost(tenant, { approved: false })
    await hide(post.id)
    const [his, others] = [await listen(author), await listen(fellow)]
    await within(() => run('update posts set title = $2 where id = $1', [post.id, 'Secret']))
    const { id } = await comment(post.id)
    await within(() => run('delete from posts where id = $1', [post.id]))
    await mark(his, others)
    expect(his.told.slice(0, -1)).toEqual([
      `post ${post.id}`,
      `comment ${id}`,
      `post.deleted ${post.id}`,
    ])
    expect(others.told).toHaveLength(1)
  })
  it('matter: of one that is shared everybody is told', async () => {
    const post = await world.addPost(tenant, { approved: false })
    const others = await listen(fellow)
    await within(() => run('delete from posts where id = $1', [post.id]))
    await mark(others)
    expect(others.told).toContain(`post.deleted ${post.id}`)
  })
  it('are kept from others by the database itself', async () => {
    const post = await world.addPost(tenant, { approved: false })
    await hide(post.id)
    const { workspaceId: workspace } = tenant
    const seenBy = (person: string) =>
      world.ctx.db.tx({ workspace, person }, () =>
        rows('select kind from events where subject = $1 and private_to is not null', [post.id]),
      )
    expect(await seenBy(tenant.personId)).toEqual([{ kind: 'post' }])
    expect(await seenBy(personOf(fellow)!)).toEqual([])
  })
})

describe('the stream', () => {
  it('tells programs only what the catalogue lets them subscribe to', async () => {
    const program = await listen(await addKey(world.ctx, tenant.workspaceId, tenant.personId, true))
    const post = await world.addPost(tenant)
    await comment(post.id)
    await mark(program)
    expect(program.told).toContain(`post ${post.id}`)
    expect(program.told.filter((told) => told.startsWith('comment'))).toEqual([])
  })
  it('tells nothing that the listener’s role may not see', async () => {
    const personId = await addMember(world.ctx, tenant.workspaceId, 'viewer', 'Li Mited')
    await askAdmin(
      world.config.databaseUrl,
      `insert into roles values (gen_random_uuid(), $1, 'limited', '{workspace.read,post.read}', now(), now())`,
      [tenant.workspaceId],
    )
    await askAdmin(
      world.config.databaseUrl,
      `update memberships set role = 'limited' where person_id = $1`,
      [personId],
    )
    const limited = await listen(await signedIn(personId))
    await within(() => run(`update channels set name = 'Renamed' where id = $1`, [tenant.pageId]))
    await mark(limited)
    expect(limited.told).toHaveLength(1)
  })
  it('ends at the next event when the session was ended', async () => {
    const personId = await addMember(world.ctx, tenant.workspaceId, 'viewer', 'Le Aver')
    const leaver = await listen(await signedIn(personId))
    await askAdmin(
      world.config.databaseUrl,
      'update sessions set revoked_at = now() where person_id = $1',
      [personId],
    )
    await world.addPost(tenant)
    await eventually(async () => leaver.ended)
    expect(leaver.told).toEqual([])
  })
})

describe('the catalogue', () => {
  it('has the kinds that triggers write, and no others', async () => {
    const written = await askAdmin<{ kind: string; deletes: boolean; changes: boolean }>(
      world.config.databaseUrl,
      `select convert_from(rtrim(tgargs, '\\x00'), 'UTF8') as kind, tgtype & 8 > 0 as deletes, tgtype & 20 > 0 as changes
       from pg_trigger where tgfoid = 'note_event'::regproc and not tgisinternal`,
    )
    const kinds = written.flatMap(({ kind, deletes, changes }) => [
      ...(changes ? [kind] : []),
      ...(deletes ? [`${kind}.deleted`] : []),
    ])
    expect(kinds.sort()).toEqual(Object.keys(eventKinds).sort())
  })
  it('names permissions of the policy', async () => {
    const { permissions } = await openPolicy()
    for (const { can } of Object.values(eventKinds)) expect(permissions).toContain(can)
  })
})
