/** API keys of a workspace. */
import type { z } from 'zod'
import type { ApiKey as ApiKeyShape, keys } from '#contract/identity/keys.ts'
import { Problem } from '#contract/platform/problems.ts'
import { createKey } from '../../core/identity/api-keys.ts'
import { rows, run } from '../../core/platform/db.ts'
import type { Handlers } from '../handler-types.ts'

type Table = Handlers<typeof keys>
type ApiKeyOut = z.input<typeof ApiKeyShape>

interface KeyRow {
  id: string
  name: string
  hint: string
  scopes: ApiKeyOut['scopes']
  created_by_name: string | null
  created_at: Date
  last_used_at: Date | null
}

async function keysOut(id: string | null): Promise<ApiKeyOut[]> {
  const found = await rows<KeyRow>(
    `select k.id, k.name, k.hint, k.scopes, k.created_at, k.last_used_at, p.name as created_by_name
     from api_keys k left join persons p on p.id = k.created_by
     where k.revoked_at is null and ($1::uuid is null or k.id = $1::uuid) order by k.id`,
    [id],
  )
  return found.map((row) => ({
    id: row.id,
    name: row.name,
    hint: row.hint,
    scopes: row.scopes,
    createdBy: row.created_by_name,
    createdAt: new Date(row.created_at).toISOString(),
    lastUsedAt: row.last_used_at && new Date(row.last_used_at).toISOString(),
  }))
}

const listApiKeys: Table['listApiKeys'] = async () => ({ data: await keysOut(null) })

const createApiKey: Table['createApiKey'] = async (ctx, { params, body }, { actor }) => {
  // A key that makes keys would outlive its own revocation.
  if (actor.kind !== 'person')
    throw new Problem('forbidden', 'An API key cannot make another; a person has to sign in.')
  const { key, secret } = await createKey(
    { workspaceId: params.workspaceId, createdBy: actor.personId, ...body },
    ctx.now(),
  )
  const [out] = await keysOut(key.id)
  if (!out) throw new Error('a key that was made cannot be read')
  return { key: out, secret }
}

const revokeApiKey: Table['revokeApiKey'] = async (ctx, { params }) => {
  const revoked = await run(
    'update api_keys set revoked_at = $2 where id = $1 and revoked_at is null',
    [params.keyId, ctx.now()],
  )
  if (!revoked) throw new Problem('not_found', 'This key was revoked already, or never existed.')
}

export const keyHandlers: Table = { listApiKeys, createApiKey, revokeApiKey }
