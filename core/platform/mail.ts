/**
 * Mails. Whoever has something to say queues it in the same unit of work as what happened; a loop sends it afterwards. Without a mail
 * server mails are kept, where the operator can read them.
 */
import nodemailer from 'nodemailer'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import { rows, run } from './db.ts'
import { repeat } from './loop.ts'
import { listeners } from './registry.ts'
import { uuidv7 } from './uuid.ts'

/** What a mail may be for. Nothing here advertises: that would need a consent of its own. */
export type MailClass = 'security' | 'service'

export interface Letter {
  id: string
  to: string
  subject: string
  text: string
}

export interface Mail {
  /** `kept`: there is no mail server; mails stay in the outbox page. */
  mode: 'smtp' | 'kept'
  /** Hands one mail to the server. Throws with `permanent: true` when asking again is pointless. */
  send(letter: Letter): Promise<void>
  /** What stands below every mail: who sends it and where it is answered. */
  footer: string
}

export interface NewMail {
  personId: string
  workspaceId?: string
  class: MailClass
  subject: string
  body: string
  /** The same word for the same person is one mail, for ever. */
  dedupe?: string
  /** Several that wait with the same words go out as one mail, whose subject is their number and these words. */
  bundle?: string
  /** Waits this long, in ms, for others that go out with it. */
  collectMs?: number
}

const tries = 8
/** Doubles from try to try. */
const firstPauseMs = 60_000
const longestPauseMs = 6 * 3_600_000
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/** The mail server of the configuration, or none. */
export function createMail(
  config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'controller' | 'publicUrl'>,
): Mail {
  const footer = footerOf(config)
  if (!config.smtpUrl) return { mode: 'kept', footer, send: () => Promise.resolve() }
  const transport = nodemailer.createTransport({
    url: config.smtpUrl,
    ...timeouts,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const host = new URL(config.publicUrl).hostname
  return {
    mode: 'smtp',
    footer,
    send: async ({ id, to, subject, text }) => {
      try {
        await transport.sendMail({
          from: config.mailFrom,
          to: { name: '', address: to },
          subject,
          text,
          // A second try after a lost answer carries the same id, so that mailboxes can tell.
          messageId: `<${id}@${host}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
      } catch (error) {
        throw describe(error)
      }
    },
  }
}

function footerOf({ controller, publicUrl }: Pick<Config, 'controller' | 'publicUrl'>): string {
  const who = [controller.name, controller.address].filter(Boolean).join(', ')
  return [
    '--',
    `PostAura at ${publicUrl}${who ? `, run by ${who}` : ''}`,
    `Questions about your data: ${controller.privacyEmail}`,
  ].join('\n')
}

/** The server's answer without addresses or content. */
function describe(error: unknown): Error & { permanent: boolean } {
  const { responseCode, code } = error as { responseCode?: number; code?: string }
  const said = responseCode ? `answered ${responseCode}` : `failed (${code ?? 'unknown'})`
  const permanent = responseCode !== undefined && responseCode >= 500
  return Object.assign(new Error(`the mail server ${said}`), { permanent })
}

/**
 * Queues a mail in the current unit of work. Its scope must be the person's own, or the workspace that is given.
 * Returns false when the same mail was queued before.
 */
export async function queueMail(mail: NewMail, now: Date): Promise<boolean> {
  // Without RETURNING: who queues a mail for somebody else may not read it afterwards.
  const added = await run(
    `insert into mails (id, person_id, workspace_id, class, subject, body, state, tries, next_at, dedupe, bundle, created_at)
     values ($1, $2, $3, $4, $5, $6, 'waiting', 0, $10, $8, $9, $7) on conflict do nothing`,
    [
      uuidv7(now.getTime()),
      mail.personId,
      mail.workspaceId ?? null,
      mail.class,
      mail.subject.replace(/[\r\n]+/g, ' '),
      mail.body,
      now,
      mail.dedupe ?? null,
      mail.bundle ?? null,
      new Date(now.getTime() + (mail.collectMs ?? 0)),
    ],
  )
  return added > 0
}

/** Where a person is written to, asked in the unit of work of that person; filled in `core/open.ts`. */
export const addressOf = listeners<(personId: string) => Promise<string | null>>()

interface Claimed {
  id: string
  workspace_id: string | null
  subject: string
  body: string
  bundle: string | null
}

/** People a round, and mails that go out as one. */
const peopleMax = 50
const bundleMax = 1_000

/** Sends what is due; returns how many mails were dealt with. */
export async function sendDueMails(ctx: Context): Promise<number> {
  const due = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ person_id: string }>(
      `select person_id from mails where state = 'waiting' and next_at <= $1 group by 1 order by min(next_at) limit ${peopleMax}`,
      [ctx.now()],
    ),
  )
  let count = 0
  for (const { person_id } of due) count += await sendTo(ctx, person_id)
  return count
}

async function sendTo(ctx: Context, personId: string): Promise<number> {
  let count = 0
  for (;;) {
    const { mails, to } = await ctx.db.tx({ person: personId }, async () => ({
      mails: await claim(personId, ctx.now()),
      to: (await addressOf.call(personId)).find(Boolean),
    }))
    if (mails.length === 0 || !to) return count
    await sendOne(ctx, { personId, to }, mails)
    count += mails.length
  }
}

/** Sends mails that were claimed together as one. */
async function sendOne(
  ctx: Context,
  { personId, to }: { personId: string; to: string },
  mails: Claimed[],
) {
  const ids = mails.map(({ id }) => id)
  const settle = (state: string, error: string | null = null) =>
    ctx.db.tx({ person: personId }, () =>
      run(
        `update mails set error = $3, state = case when $2 = 'waiting' and tries >= ${tries} then 'failed' else $2 end where id = any($1)`,
        [ids, state, error],
      ),
    )
  if (ctx.mail.mode === 'kept') return void (await settle('kept'))
  try {
    const { subject, body } = wordsOf(ctx.config, mails)
    const text = `${body}\n\n${ctx.mail.footer}\n`
    await ctx.mail.send({ id: ids[0]!, to, subject, text })
    await settle('sent')
  } catch (error) {
    const { message, permanent } = error as Error & { permanent?: boolean }
    const outcome = permanent ? 'failed' : 'waiting'
    await settle(outcome, message)
    ctx.log.warn({ mailId: ids[0], count: ids.length, outcome }, message)
  }
}

/** So many are told in full; a longer mail is read by nobody. */
const toldMax = 20

/** One mail as it is, several as one that tells each. */
function wordsOf(
  config: Pick<Config, 'publicUrl'>,
  mails: Claimed[],
): { subject: string; body: string } {
  const first = mails[0]!
  if (mails.length === 1) return first
  const told = mails.slice(0, toldMax).map(({ subject, body }) => `${subject}\n\n${body}`)
  const more = mails.length - told.length
  if (more > 0) told.push(`And ${more} more:\n${config.publicUrl}/w/${first.workspace_id}`)
  return { subject: `${mails.length} ${first.bundle}`, body: told.join('\n\n\n') }
}

/**
 * Takes a person's next due mail for this try, with those that go out as one with it. The next try's time is written first, so that a process
 * that dies leaves them to the others.
 */
async function claim(personId: string, now: Date): Promise<Claimed[]> {
  const due = `person_id = $1 and state = 'waiting' and next_at <= $2`
  const taken = await rows<{ id: string }>(
    `with next as (select id, workspace_id, bundle from mails where ${due} order by id limit 1 for update skip locked)
     select id from mails where person_id = $1 and state = 'waiting' and (next_at <= $2 or tries = 0)
       and (id = (select id from next) or (workspace_id, bundle) = (select workspace_id, bundle from next))
     order by id limit ${bundleMax} for update skip locked`,
    [personId, now],
  )
  const ids = taken.map(({ id }) => id)
  await run(
    `update mails set tries = tries + 1, next_at = $2::timestamptz + least(${firstPauseMs} * power(2, tries), ${longestPauseMs}) * interval '1 millisecond'
     where id = any($1)`,
    [ids, now],
  )
  return rows<Claimed>(
    `select id, workspace_id, subject, body, bundle from mails where id = any($1) order by id`,
    [ids],
  )
}

/**
 * Sends due mails every few seconds until the returned function is called; it waits for the one in hand. No periodic job: rows are claimed one
 * by one, so all processes send side by side, the API too where no worker runs.
 */
export function startMail(ctx: Context, everyMs = 3_000): () => Promise<void> {
  return repeat(everyMs, () =>
    sendDueMails(ctx).catch((err: unknown) => ctx.log.error({ err }, 'mails were not sent')),
  ).stop
}
