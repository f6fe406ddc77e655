import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dispatch, type HandlerMap } from '../../api/dispatch.ts'
import { personActor } from '../support/calls.ts'
import { hire, words, workHandlers, type Staff } from '../support/staff.ts'
import { createWorld, type World } from '../support/world.ts'

let world: World
let staff: Staff
beforeAll(async () => {
  world = await createWorld({ overrides: { now: () => new Date('2026-01-05T08:00:00Z') } })
  staff = await hire(world)
})
afterAll(() => world[Symbol.asyncDispose]())

describe('If-Match of an edit', () => {
  const edit = async (header: string | undefined) => {
    const post = await staff.draft()
    return dispatch(world.ctx, workHandlers as unknown as HandlerMap, {
      ...{ name: 'updatePost', params: staff.on(post), query: {} },
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
