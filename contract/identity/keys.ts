/** API keys: what programs sign in with. */
import { z } from 'zod'
import { Id, Instant, WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { keyRoutes } from './routes.ts'

/**
 * What a key may at most: `read` what there is, `write` drafts and stop things, `publish`: approve, schedule, delete, and change settings and
 * channels. It never may more than whoever made it.
 */
export const Scope = z.enum(['read', 'write', 'publish'])
export type Scope = z.infer<typeof Scope>

export const ApiKey = z
  .object({
    id: Id,
    name: z.string(),
    hint: z.string(),
    scopes: z.array(Scope),
    createdBy: z.string().nullable(),
    createdAt: Instant,
    lastUsedAt: Instant.nullable(),
  })
  .meta({ id: 'ApiKey' })

const keyParams = WorkspaceParams.extend({ keyId: Id })
const ws = { tag: 'Workspaces', params: WorkspaceParams } as const

export const keys = describe(keyRoutes, {
  listApiKeys: {
    ...ws,
    summary: 'List API keys',
    response: z.object({ data: z.array(ApiKey) }),
  },
  createApiKey: {
    ...ws,
    secret: true,
    summary: 'Create an API key; it is shown once',
    body: z.object({
      name: z.string().trim().min(1, 'Give the key a name.').max(80),
      scopes: z.array(Scope).min(1, 'Choose at least one scope.').max(3).default(['read', 'write']),
    }),
    response: z.object({ key: ApiKey, secret: z.string() }),
    status: 201,
    creates: [keyRoutes.revokeApiKey.path, 'key', 'id'],
  },
  revokeApiKey: {
    ...ws,
    summary: 'Revoke an API key at once',
    params: keyParams,
    status: 204,
  },
})
