import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rows } from '../../../core/platform/db.ts'
import { openIdentityWorld, type IdentityWorld } from '../../support/identity.ts'
import { serveIdentity } from '../../support/identity-server.ts'

let world: IdentityWorld
let server: Awaited<ReturnType<typeof serveIdentity>>
const ask: (typeof server)['ask'] = (path, options) => server.ask(path, options)
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

beforeAll(async () => {
  world = await openIdentityWorld()
  server = await serveIdentity(world)
})
afterAll(async () => {
  await server.close()
  await world.close()
})

let count = 0
async function owner() {
  const { body } = await ask('/api/v1/register', {
    body: {
      name: 'Ada',
      email: `owner${++count}@example.org`,
      password: 'long and winding road',
      sixteenOrOlder: true,
      asTokens: true,
    },
  })
  const workspaceId = body.me.workspaces[0].id as string
  const keys = `/api/v1/workspaces/${workspaceId}/api-keys`
  return {
    workspaceId,
    keys,
    personId: body.me.person.id,
    headers: bearer(body.tokens.accessToken),
  }
}
async function withKey(scopes = ['read', 'write']) {
  const me = await owner()
  const made = await ask(me.keys, { body: { name: 'CI', scopes }, headers: me.headers })
  return { ...me, made, key: made.body.key, secret: made.body.secret as string }
}

describe('an API key', () => {
  it('is shown once, and afterwards only hinted at', async () => {
    const { keys, headers, made, key, secret } = await withKey(['read', 'write', 'publish'])
    expect(made.status).toBe(201)
    expect(secret).toMatch(/^pa_[\w-]{43}$/)
    expect(key).toMatchObject({
      name: 'CI',
      scopes: ['read', 'write', 'publish'],
      createdBy: 'Ada',
      lastUsedAt: null,
    })
    const listed = await ask(keys, { headers })
    expect(listed.body.data).toEqual([key])
    expect(JSON.stringify(listed.body)).not.toContain(secret)
  })
  it('stands in the database as a hash', async () => {
    const { workspaceId, secret } = await withKey()
    const stored = await world.ctx.db.tx({ workspace: workspaceId }, () =>
      rows('select k::text from api_keys k'),
    )
    expect(JSON.stringify(stored)).not.toContain(secret.slice(8, 30))
  })
  it('acts for whoever made it, in its workspace', async () => {
    const { secret, workspaceId, keys, headers } = await withKey()
    const me = await ask('/api/v1/me', { headers: bearer(secret) })
    expect(me.body).toMatchObject({ via: 'key', workspaces: [{ id: workspaceId }] })
    expect((await ask(keys, { headers })).body.data[0].lastUsedAt).not.toBeNull()
  })
  it('sees none of its maker’s other workspaces', async () => {
    const { secret, keys } = await withKey()
    const other = await owner()
    expect((await ask(other.keys, { headers: bearer(secret) })).status).toBe(404)
    expect((await ask(keys, { headers: bearer(secret) })).status).toBe(403)
  })
  it('can neither make, list nor revoke keys, nor touch its maker’s sessions', async () => {
    const { secret, keys, key } = await withKey(['read', 'write', 'publish'])
    const headers = bearer(secret)
    for (const request of [
      () => ask(keys, { body: { name: 'more' }, headers }),
      () => ask(keys, { headers }),
      () => ask(`${keys}/${key.id}`, { method: 'DELETE', headers }),
      () => ask('/api/v1/me/sessions', { headers }),
      () => ask('/api/v1/me/password', { body: { current: 'x', next: 'y'.repeat(12) }, headers }),
    ])
      expect((await request()).status).toBe(403)
  })
  it('is worth nothing the moment it is revoked', async () => {
    const { secret, keys, key, headers } = await withKey()
    expect((await ask('/api/v1/me', { headers: bearer(secret) })).status).toBe(200)
    const path = `${keys}/${key.id}`
    expect((await ask(path, { method: 'DELETE', headers })).status).toBe(204)
    expect((await ask('/api/v1/me', { headers: bearer(secret) })).status).toBe(401)
    expect((await ask(path, { method: 'DELETE', headers })).status).toBe(404)
    expect((await ask(keys, { headers })).body.data).toEqual([])
  })
  it('loses what its maker loses', async () => {
    const { secret, workspaceId, personId, keys } = await withKey()
    await world.ctx.db.tx({ workspace: workspaceId }, () =>
      rows('delete from memberships where person_id = $1 returning person_id', [personId]),
    )
    expect((await ask(keys, { headers: bearer(secret) })).status).toBe(404)
  })
  it('of another workspace cannot be revoked from here', async () => {
    const mine = await withKey()
    const theirs = await withKey()
    const path = `${mine.keys}/${theirs.key.id}`
    expect((await ask(path, { method: 'DELETE', headers: mine.headers })).status).toBe(404)
    expect((await ask('/api/v1/me', { headers: bearer(theirs.secret) })).status).toBe(200)
  })
  it.each(['pa_', 'pa_x', 'pa_' + 'A'.repeat(43)])(
    'that was never made (%s) is nobody',
    async (key) => {
      expect((await ask('/api/v1/me', { headers: bearer(key) })).status).toBe(401)
    },
  )
})
