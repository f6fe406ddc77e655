import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EndpointName } from '#contract/endpoints.ts'
import { dispatch, type HandlerMap } from '../../api/dispatch.ts'
import { handlers } from '../../api/handlers.ts'
import type { Actor } from '../../core/platform/actor.ts'
import { forgetAnswers } from '../../core/platform/kept-answers.ts'
import { Membership } from '../../core/workspaces/models/membership.ts'
import { addKey, addMember, personActor } from '../support/calls.ts'
import { askAdmin } from '../support/database.ts'
import { openHouse, type House } from '../support/tenancy.ts'
import { createWorld, type World } from '../support/world.ts'

let world: World
let house: House
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  house = await openHouse(world)
})

const send = (actor: Actor, name: EndpointName, body: object, params: object = house.ws) =>
  dispatch(world.ctx, handlers as unknown as HandlerMap, {
    name,
    params: { ...params },
    query: {},
    body,
    actor,
    headers: { 'idempotency-key': 'one' },
  })
const member = async (role: 'owner' | 'editor' | 'viewer') => {
  const personId = await addMember(world.ctx, house.ws.workspaceId, role, 'Ever Changing')
  return { personId, actor: personActor(personId), on: { ...house.ws, personId } }
}
const kept = () =>
  askAdmin(
    world.config.databaseUrl,
    'select status, resource_id, answer, body_hash from idempotency_keys where workspace_id = $1 order by created_at',
    [house.ws.workspaceId],
  )
const post = { content: { segments: [{ text: 'Only for us.' }] } }
const posts = async () =>
  (await house.owner('listPosts', { params: house.ws, query: {} })).data.length

describe('the same request with the same Idempotency-Key', () => {
  it('does once what it does, and is answered as the first time', async () => {
    const { actor } = await member('editor')
    const first = await send(actor, 'createPost', post)
    const again = await send(actor, 'createPost', post)
    expect(again.body).toEqual(JSON.parse(JSON.stringify(first.body)))
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } })
    expect(await posts()).toBe(1)
  })
  it('is refused to a member who may no longer do it', async () => {
    const { actor, on } = await member('editor')
    await send(actor, 'createPost', post)
    await house.owner('updateMember', { params: on, body: { role: 'viewer' } })
    const again = send(actor, 'createPost', post)
    await expect(again).rejects.toMatchObject({ kind: 'forbidden' })
    await house.owner('updateMember', { params: on, body: { role: 'editor' } })
    expect((await send(actor, 'createPost', post)).headers).toHaveProperty('idempotent-replayed')
  })
  it('is answered to nobody who has left, neither in person nor by a key', async () => {
    const { actor, on, personId } = await member('owner')
    const key = await addKey(world.ctx, house.ws.workspaceId, personId, true)
    for (const who of [actor, key]) await send(who, 'createPost', post)
    await house.owner('removeMember', { params: on })
    for (const who of [actor, key]) {
      const again = send(who, 'createPost', post)
      await expect(again).rejects.toMatchObject({ kind: 'not_found' })
    }
    expect(await posts()).toBe(2)
  })
  it('is answered with what it made as it is now, and of its content nothing is kept', async () => {
    const { actor } = await member('editor')
    const { body } = await send(actor, 'createPost', post)
    const { id, version } = body as { id: string; version: number }
    const params = { ...house.ws, postId: id }
    await house.owner('updatePost', {
      params,
      ifMatch: version,
      body: { content: { segments: [{ text: 'Said otherwise.' }] } },
    } as never)
    const again = await send(actor, 'createPost', post)
    expect(again).toMatchObject({ status: 201, headers: { location: expect.stringContaining(id) } })
    expect(JSON.stringify(again.body)).toContain('Said otherwise.')
    expect(await kept()).toMatchObject([{ status: 201, resource_id: id, answer: null }])
    await house.owner('deletePost', { params })
    await expect(send(actor, 'createPost', post)).rejects.toMatchObject({ kind: 'not_found' })
  })
  it('is known by a hash that nobody makes without the key', async () => {
    const { actor } = await member('editor')
    await send(actor, 'createPost', post)
    const [{ body_hash: hash }] = (await kept()) as [{ body_hash: Buffer }]
    const guessed = createHash('sha256')
      .update(JSON.stringify([{}, post]))
      .digest()
    expect(hash.equals(guessed)).toBe(false)
    expect(hash).toHaveLength(32)
  })
  it('is another request where secrets are sent or answered, and nothing of it is kept', async () => {
    const { actor } = await member('owner')
    const make = () => send(actor, 'createApiKey', { name: 'Backup' })
    const [first, second] = [await make(), await make()] as { body: { secret: string } }[]
    expect(first!.body.secret).not.toBe(second!.body.secret)
    expect(second).not.toHaveProperty('headers.idempotent-replayed')
    const wrong = { current: 'wrong', next: 'long and winding road' }
    await expect(send(actor, 'changePassword', wrong, {})).rejects.toThrow()
    expect(await kept()).toEqual([])
  })
  it('is forgotten with what it was about', async () => {
    const { actor } = await member('editor')
    const { id } = (await send(actor, 'createPost', post)).body as { id: string }
    const other = { ...house.ws, postId: id }
    await send(actor, 'createComment', { text: 'Hm.' }, other)
    expect(await kept()).toHaveLength(2)
    const forget = (workspace: string) => world.ctx.db.tx({ workspace }, () => forgetAnswers(id))
    expect(await forget((await world.addTenant()).workspaceId)).toBe(0)
    expect(await forget(house.ws.workspaceId)).toBe(2)
    expect(await kept()).toEqual([])
  })
  it('tells nobody of the workspace that they made and were removed from', async () => {
    const { actor, personId } = await member('viewer')
    const made = await send(actor, 'createWorkspace', { name: 'Mine' }, {})
    expect((await send(actor, 'createWorkspace', { name: 'Mine' }, {})).body).toEqual(made.body)
    const { id: workspaceId } = made.body as { id: string }
    await world.ctx.db.tx({ workspace: workspaceId }, () =>
      Membership.destroy({ where: { workspaceId, personId } }),
    )
    const again = send(actor, 'createWorkspace', { name: 'Mine' }, {})
    await expect(again).rejects.toMatchObject({ kind: 'not_found' })
  })
  it('tells nobody of the channel that they connected in a workspace they were removed from', async () => {
    const { actor, on } = await member('owner')
    const [channel] = (await house.owner('listChannels', { params: house.ws })).data
    const done = { channel, workspaceId: house.ws.workspaceId, returnTo: null }
    const back = () =>
      dispatch(world.ctx, { ...handlers, finishConnection: async () => done } as never, {
        name: 'finishConnection',
        params: {},
        query: {},
        body: { query: {} },
        actor,
        headers: { 'idempotency-key': 'one' },
      })
    await back()
    expect((await back()).headers).toHaveProperty('idempotent-replayed')
    await house.owner('removeMember', { params: on })
    await expect(back()).rejects.toMatchObject({ kind: 'not_found' })
  })
  it('reads no upload of whoever may not upload', async () => {
    const { actor } = await member('viewer')
    let read = false
    const stream = new Readable({
      read() {
        read = true
        this.push(null)
      },
    })
    const sent = dispatch(world.ctx, handlers as unknown as HandlerMap, {
      name: 'uploadMedia',
      params: house.ws,
      query: {},
      body: undefined,
      actor,
      headers: { 'idempotency-key': 'one' },
      upload: { stream, contentType: 'image/png' },
    })
    await expect(sent).rejects.toMatchObject({ kind: 'forbidden' })
    expect(read).toBe(false)
  })
})
