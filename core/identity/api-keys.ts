/** API keys: `pa_` and 256 random bits, shown once, stored hashed. A key acts for whoever made it and loses what they lose. */
import type { Actor } from '../platform/actor.ts'
import type { Context } from '../platform/context.ts'
import { hashToken, newToken } from '../platform/crypto/tokens.ts'
import { enter, rows, run } from '../platform/db.ts'
import { ApiKey } from './models/api-key.ts'

export const keyPrefix = 'pa_'
const minute = 60_000

/** Makes a key in the workspace's open unit of work; the secret is nowhere afterwards. */
export async function createKey(
  wanted: { workspaceId: string; createdBy: string; name: string; scopes: string[] },
  now: Date,
): Promise<{ key: ApiKey; secret: string }> {
  const secret = newToken(keyPrefix)
  const hint = `${secret.slice(0, 6)}…${secret.slice(-4)}`
  const hash = hashToken(secret)
  const key = await ApiKey.create({ ...wanted, hash, hint, createdAt: now })
  return { key, secret }
}

/** Whose key this is; null when it is unknown or revoked. */
export async function findKey(
  ctx: Context,
  secret: string,
  ip: string,
): Promise<Extract<Actor, { kind: 'key' }> | null> {
  return ctx.db.tx({}, async () => {
    const [found] = await rows<{ key_id: string; workspace_id: string }>(
      'select * from key_by_hash($1)',
      [hashToken(secret)],
    )
    if (!found) return null
    const { key_id: keyId, workspace_id: workspaceId } = found
    await enter({ workspace: workspaceId })
    const key = await ApiKey.findByPk(keyId)
    if (!key || key.revokedAt) return null
    const now = ctx.now()
    if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() > minute)
      await run('update api_keys set last_used_at = $2 where id = $1', [keyId, now])
    const { createdBy: personId, scopes } = key
    return { kind: 'key' as const, keyId, workspaceId, personId, scopes, ip }
  })
}
