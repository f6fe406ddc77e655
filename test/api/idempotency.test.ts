import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EndpointName } from '#contract/endpoints.ts'
import { dispatch, type HandlerMap } from '../../api/dispatch.ts'
import { handlers } from '../../api/handlers.ts'
import type { Actor } from '../../core/platform/actor.ts'
import { Membership } from '../../core/workspaces/models/membership.ts'
import { addKey, addMember, personActor } from '../support/calls.ts'
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
  it('shows the secret of a key to no owner who is none any more', async () => {
    const { actor, on } = await member('owner')
    await send(actor, 'createApiKey', { name: 'Backup' })
    await house.owner('updateMember', { params: on, body: { role: 'editor' } })
    const again = send(actor, 'createApiKey', { name: 'Backup' })
    await expect(again).rejects.toMatchObject({ kind: 'forbidden' })
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
