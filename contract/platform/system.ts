/** For operators: what runs, what waits. And what anybody may ask: is it alive, is it ready. */
import { z } from 'zod'
import { Id, Instant } from './common.ts'
import { describe } from './endpoint.ts'
import { systemRoutes } from './routes.ts'

export const System = z
  .object({
    version: z.string(),
    database: z.object({ ok: z.boolean(), detail: z.string() }),
    temporal: z.object({ ok: z.boolean(), detail: z.string(), uiUrl: z.string().nullable() }),
    workers: z.array(z.object({ identity: z.string(), queue: z.string(), lastSeenAt: Instant })),
    queues: z.array(
      z.object({
        name: z.string(),
        pollers: z.number().int(),
        backlog: z.number().int().nullable(),
      }),
    ),
    schedules: z.array(
      z.object({
        id: z.string(),
        lastRunAt: Instant.nullable(),
        nextRunAt: Instant.nullable(),
        note: z.string(),
      }),
    ),
    sweeper: z.object({ lastRunAt: Instant.nullable() }),
    outbox: z.object({
      waiting: z.number().int(),
      oldestAt: Instant.nullable(),
      lastError: z.string().nullable(),
    }),
    mail: z.object({
      mode: z.enum(['smtp', 'kept']),
      waiting: z.number().int(),
      failed: z.number().int(),
    }),
  })
  .meta({ id: 'System' })
export const Mail = z.object({
  id: Id,
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  state: z.enum(['waiting', 'sent', 'kept', 'failed']),
  error: z.string().nullable(),
  createdAt: Instant,
})

export const system = describe(systemRoutes, {
  getSystem: {
    tag: 'Operation',
    summary: 'Workers, queues, schedules, outbox, mail',
    response: System,
    tx: 'own',
  },
  listMails: {
    tag: 'Operation',
    summary: 'The newest hundred mails of the outbox',
    response: z.object({ data: z.array(Mail) }),
  },
})
