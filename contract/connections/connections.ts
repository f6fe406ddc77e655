/** Connections: configured model providers with their data terms. */
import { z } from 'zod'
import { Id, Instant, WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { connectionRoutes } from './routes.ts'

export const DataTerms = z.object({
  processor: z.string().trim().min(1, 'Who runs it?').max(120),
  region: z.enum(['eu', 'us', 'self', 'other']),
  retentionDays: z.number().int().min(0).max(3650).nullable(),
  trainsOnInput: z.enum(['no', 'yes', 'unknown']),
  dpaSignedAt: z.iso.date().nullable().default(null),
  evidenceUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
})
const Price = z.number('Give both prices, like 0.40, or leave both empty.').int().min(0)
export const Prices = z.object({
  currency: z.string().length(3),
  inputMicrosPerMillion: Price,
  outputMicrosPerMillion: Price,
  cachedInputMicrosPerMillion: z.number().int().min(0).nullable().default(null),
})
export const Connection = z
  .object({
    id: Id,
    name: z.string(),
    adapter: z.enum(['openai']),
    baseUrl: z.string(),
    model: z.string(),
    keyHint: z.string().nullable(),
    terms: DataTerms,
    prices: Prices.nullable(),
    on: z.boolean(),
    position: z.number().int(),
    termsAcceptedAt: Instant.nullable(),
    lastTest: z.object({ ok: z.boolean(), detail: z.string(), at: Instant }).nullable(),
    createdAt: Instant,
  })
  .meta({ id: 'Connection' })
export type Connection = z.infer<typeof Connection>
export const ConnectionCreate = z
  .object({
    name: z.string().trim().min(1, 'Give it a name.').max(80),
    baseUrl: z
      .url({ protocol: /^https?$/, error: 'Give a whole address, like https://api.mistral.ai/v1.' })
      .max(300),
    model: z.string().trim().min(1, 'Which model?').max(120),
    apiKey: z.string().max(500).default(''),
    terms: DataTerms,
    prices: Prices.nullable().default(null),
  })
  .meta({ id: 'ConnectionCreate' })
/** Said one by one: a partial ConnectionCreate would fill what was left out with its defaults, and take the key away. */
export const ConnectionUpdate = z
  .object({
    name: ConnectionCreate.shape.name.optional(),
    baseUrl: ConnectionCreate.shape.baseUrl.optional(),
    model: ConnectionCreate.shape.model.optional(),
    apiKey: z.string().max(500).optional().describe('Empty: no key from now on'),
    terms: DataTerms.optional(),
    prices: Prices.nullable().optional(),
  })
  .meta({ id: 'ConnectionUpdate' })

/** `usual`: the workspace's providers, in their order. `starter`: no provider sees the brief; never chosen by anybody but the caller. */
export const WriterChoice = z.enum(['usual', 'starter'])
export type WriterChoice = z.infer<typeof WriterChoice>

const params = WorkspaceParams.extend({ connectionId: Id })
const one = { tag: 'Writers', params, response: Connection } as const

export const connections = describe(connectionRoutes, {
  listConnections: {
    tag: 'Writers',
    summary: 'List model providers with their data terms',
    params: WorkspaceParams,
    response: z.object({
      data: z.array(Connection),
      found: z.array(z.object({ baseUrl: z.string(), models: z.array(z.string()) })),
    }),
    tx: 'own',
  },
  createConnection: {
    tag: 'Writers',
    summary: 'Add a provider, switched off',
    params: WorkspaceParams,
    body: ConnectionCreate,
    response: Connection,
    status: 201,
    creates: [connectionRoutes.updateConnection.path, 'id'],
  },
  updateConnection: {
    ...one,
    summary: 'Change a provider; a change of address, model or terms switches it off',
    body: ConnectionUpdate,
  },
  testConnection: {
    ...one,
    summary: 'Ask the provider one harmless question',
    tx: 'own',
  },
  switchConnection: {
    ...one,
    summary: 'Switch a provider on, having seen its terms, or off',
    body: z.object({ on: z.boolean(), acceptTerms: z.boolean().default(false) }),
    problems: ['conflict'],
  },
  deleteConnection: {
    tag: 'Writers',
    summary: 'Remove a provider and its key',
    params,
    status: 204,
  },
})
export type DataTerms = z.infer<typeof DataTerms>
export type Prices = z.infer<typeof Prices>
