/** API keys: what programs sign in with. */
import { z } from 'zod'
import { Id, Instant, WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { keyRoutes } from './routes.ts'

export const ApiKey = z
  .object({
    id: Id,
    name: z.string(),
    hint: z.string(),
    mayPublish: z.boolean(),
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
    summary: 'Create an API key; it is shown once',
    body: z.object({
      name: z.string().trim().min(1, 'Give the key a name.').max(80),
      mayPublish: z.boolean().default(false),
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
