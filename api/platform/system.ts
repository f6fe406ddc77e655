/** The operator's view: what runs and what waits. No content of any workspace. */
import type { system } from '#contract/platform/system.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { Context } from '../../core/platform/context.ts'
import { rows } from '../../core/platform/db.ts'
import {
  checkDatabase,
  checkTemporal,
  livingWorkers,
  queuesOf,
} from '../../core/platform/readiness.ts'
import { sweeperSeen } from '../../core/publishing/sweeper-watch.ts'
import { queueName } from '../../core/platform/temporal.ts'
import type { Handlers } from '../handler-types.ts'

export const systemHandlers: Handlers<typeof system> = {
  async getSystem(ctx) {
    const [database, temporal] = await Promise.all([checkDatabase(ctx), checkTemporal(ctx)])
    const [workers, queues, schedules] = await Promise.all([
      livingWorkers(ctx),
      temporal.ok ? queueReports(ctx) : [],
      temporal.ok ? schedulesOf(ctx) : [],
    ])
    const { uiUrl } = ctx.config.temporal
    return {
      version: packageJson.version,
      database,
      temporal: { ...temporal, uiUrl: uiUrl || null },
      workers,
      queues,
      schedules,
      sweeper: { lastRunAt: (await sweeperSeen(ctx))?.at.toISOString() ?? null },
      outbox: await outboxOf(ctx),
      mail: { mode: ctx.mail.mode, ...(await mailsOf(ctx)) },
    }
  },

  async listMails() {
    const found = await rows<MailRow>('select * from operator_mails()')
    return {
      data: found.map(({ recipient, body, created_at, ...mail }) => ({
        ...mail,
        to: recipient,
        text: body,
        createdAt: new Date(created_at).toISOString(),
      })),
    }
  },
}

interface MailRow {
  id: string
  recipient: string
  subject: string
  body: string
  state: 'waiting' | 'sent' | 'kept' | 'failed'
  error: string | null
  created_at: Date
}

const queueReports = (ctx: Context) =>
  ctx.temporal.queues(queuesOf(ctx).map((name) => queueName(ctx.config, name)))

async function schedulesOf(ctx: Context) {
  const found = await ctx.temporal.schedules()
  return found.map(({ lastRunAt, nextRunAt, ...schedule }) => ({
    ...schedule,
    lastRunAt: lastRunAt?.toISOString() ?? null,
    nextRunAt: nextRunAt?.toISOString() ?? null,
  }))
}

async function outboxOf(ctx: Context) {
  const [found] = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ waiting: string; oldest: Date | null; error: string | null }>(
      `select count(*) as waiting, min(dirty_at) as oldest,
         (select last_error from outbox where last_error is not null order by dirty_at desc limit 1) as error from outbox`,
    ),
  )
  return {
    waiting: Number(found?.waiting ?? 0),
    oldestAt: found?.oldest ? new Date(found.oldest).toISOString() : null,
    lastError: found?.error ?? null,
  }
}

async function mailsOf(ctx: Context) {
  const [found] = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ waiting: string; failed: string }>('select * from mail_counts()'),
  )
  return { waiting: Number(found?.waiting ?? 0), failed: Number(found?.failed ?? 0) }
}
