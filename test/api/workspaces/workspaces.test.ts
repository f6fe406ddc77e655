import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addKey, addMember, callsAs } from '../../support/calls.ts'
import { handlers } from '../../../api/handlers.ts'
import { openHouse, type House } from '../../support/tenancy.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
let house: House
let now: Date
beforeAll(async () => {
  world = await createWorld({ overrides: { now: () => now } })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  now = new Date('2026-01-05T08:00:00Z')
  house = await openHouse(world)
})

const page = (slug: string, on = true) => ({ slug, on, title: 'Ridgeline', about: '', imprint: '' })

describe('workspaces', () => {
  it('belong to whoever creates them, with slots and a page that is off', async () => {
    const body = { name: 'Müller & Söhne', timeZone: 'Europe/Berlin', language: 'de' }
    const made = await house.editor('createWorkspace', { body })
    expect(made).toMatchObject({ name: 'Müller & Söhne', role: 'owner', hold: null, demo: false })
    expect(made.page).toMatchObject({ on: false, slug: 'mueller-soehne' })
    expect(made.slots.length).toBeGreaterThan(0)
    expect(made.can).toContain('post.approve')
    const again = await house.editor('createWorkspace', { body })
    expect(again.page.slug).toBe('mueller-soehne-2')
    const { data } = await house.editor('listWorkspaces', {})
    expect(data.map((w) => [w.name, w.role])).toEqual([
      ['Example', 'editor'],
      ['Müller & Söhne', 'owner'],
      ['Müller & Söhne', 'owner'],
    ])
  })
  it('show each role what it may do', async () => {
    const can = async (call: typeof house.owner) =>
      (await call('getWorkspace', { params: house.ws })).can
    expect(await can(house.viewer)).not.toContain('post.update')
    expect(await can(house.editor)).toContain('post.update')
    expect(await can(house.editor)).not.toContain('post.approve')
    expect(await can(house.owner)).toContain('member.manage')
  })
  it('do not exist for strangers', async () => {
    const asked = house.stranger('getWorkspace', { params: house.ws })
    await expect(asked).rejects.toMatchObject({ kind: 'not_found' })
  })
  it('show a key its own workspace alone', async () => {
    await house.owner('createWorkspace', { body: { name: 'Second' } })
    const key = await addKey(world.ctx, house.ws.workspaceId, house.tenant.personId, false)
    const { data } = await callsAs(world.ctx, handlers, key)('listWorkspaces', {})
    expect(data.map((w) => w.id)).toEqual([house.ws.workspaceId])
  })
  it('change name, zone and slots, the slots in order and each once', async () => {
    const slot = (weekday: number, time: string) => ({ weekday, time })
    const slots = [slot(3, '12:00'), slot(1, '09:00'), slot(3, '12:00')]
    const body = { name: 'Renamed', timeZone: 'Asia/Tokyo', slots }
    const changed = await house.owner('updateWorkspace', { params: house.ws, body })
    expect(changed).toMatchObject({ name: 'Renamed', timeZone: 'Asia/Tokyo', version: 2 })
    expect(changed.slots).toEqual([slot(1, '09:00'), slot(3, '12:00')])
  })
  it('refuse a time of day that does not exist', async () => {
    const body = { slots: [{ weekday: 1, time: '25:00' }] }
    const asked = house.owner('updateWorkspace', { params: house.ws, body })
    await expect(asked).rejects.toMatchObject({ errors: [{ pointer: '/slots/0/time' }] })
  })
})

describe('the public page', () => {
  it('opens its channel when switched on, and closes it when switched off', async () => {
    const state = async () => {
      const { data } = await house.viewer('listChannels', { params: house.ws })
      return data.find((c) => c.network === 'page')
    }
    await house.owner('updatePage', { params: house.ws, body: page('ridgeline-a', false) })
    expect((await state())?.state).toBe('off')
    const on = await house.owner('updatePage', { params: house.ws, body: page('ridgeline-a') })
    expect(on.url).toBe('http://localhost:3000/p/ridgeline-a')
    expect(await state()).toMatchObject({ state: 'active', url: on.url, handle: 'ridgeline-a' })
  })
  it('cannot take an address that somebody else has', async () => {
    const other = await openHouse(world)
    await other.owner('updatePage', { params: other.ws, body: page('taken') })
    const asked = house.owner('updatePage', { params: house.ws, body: page('taken') })
    await expect(asked).rejects.toMatchObject({ kind: 'conflict' })
    await other.owner('updatePage', { params: other.ws, body: page('taken', false) })
  })
  it('is changed by no key that was not ticked, and neither is what else stands on it', async () => {
    await house.owner('updatePage', { params: house.ws, body: page('ours-alone') })
    const { workspaceId } = house.ws
    const key = await addKey(world.ctx, workspaceId, house.tenant.personId, false)
    const byKey = callsAs(world.ctx, handlers, key)
    for (const asked of [
      byKey('updatePage', { params: house.ws, body: page('ours-alone', false) }),
      byKey('updateWorkspace', { params: house.ws, body: { name: 'Defaced' } }),
    ])
      await expect(asked).rejects.toMatchObject({ kind: 'forbidden' })
    const after = await house.owner('getWorkspace', { params: house.ws })
    expect(after).toMatchObject({ name: 'Example', page: { on: true } })
    const ticked = await addKey(world.ctx, workspaceId, house.tenant.personId, true)
    const off = { params: house.ws, body: page('ours-alone', false) }
    expect((await callsAs(world.ctx, handlers, ticked)('updatePage', off)).on).toBe(false)
  })
  it('is an owner’s to switch', async () => {
    const asked = house.editor('updatePage', { params: house.ws, body: page('mine') })
    await expect(asked).rejects.toMatchObject({ kind: 'forbidden' })
  })
})

describe('members', () => {
  it('are listed with role and address', async () => {
    const { data } = await house.viewer('listMembers', { params: house.ws })
    expect(data.map((m) => [m.name, m.role])).toEqual([
      ['Ada Example', 'owner'],
      ['Ed Itor', 'editor'],
      ['Vi Ewer', 'viewer'],
    ])
  })
  it('are added by address, once', async () => {
    const other = await world.addTenant()
    const body = { email: `${other.personId.toUpperCase()}@Example.org`, role: 'editor' as const }
    const added = await house.owner('addMember', { params: house.ws, body })
    expect(added).toMatchObject({ personId: other.personId, role: 'editor' })
    const again = house.owner('addMember', { params: house.ws, body })
    await expect(again).rejects.toMatchObject({ kind: 'conflict' })
    const { data } = await house.as(other.personId)('listWorkspaces', {})
    expect(data.map((w) => w.id)).toContain(house.ws.workspaceId)
  })
  it('cannot be added without an account', async () => {
    const body = { email: 'nobody@example.org', role: 'viewer' as const }
    const asked = house.owner('addMember', { params: house.ws, body })
    await expect(asked).rejects.toMatchObject({ errors: [{ pointer: '/email' }] })
  })
  it('never lose their last owner, whether demoted or removed', async () => {
    const params = { ...house.ws, personId: house.tenant.personId }
    const demote = house.owner('updateMember', { params, body: { role: 'viewer' } })
    await expect(demote).rejects.toMatchObject({ kind: 'conflict' })
    await expect(house.owner('removeMember', { params })).rejects.toMatchObject({
      kind: 'conflict',
    })
  })
  it('can be demoted once there is another owner, also when two owners do it to each other at once', async () => {
    const second = await addMember(world.ctx, house.ws.workspaceId, 'owner', 'Second Owner')
    const both = await Promise.allSettled([
      house.owner('removeMember', { params: { ...house.ws, personId: second } }),
      house.as(second)('removeMember', {
        params: { ...house.ws, personId: house.tenant.personId },
      }),
    ])
    expect(both.filter((r) => r.status === 'fulfilled')).toHaveLength(1)
  })
  it('lose sight of the workspace when they are removed', async () => {
    const { data } = await house.owner('listMembers', { params: house.ws })
    const { personId } = data.find((m) => m.role === 'editor')!
    await house.owner('removeMember', { params: { ...house.ws, personId } })
    const asked = house.editor('getWorkspace', { params: house.ws })
    await expect(asked).rejects.toMatchObject({ kind: 'not_found' })
  })
})
