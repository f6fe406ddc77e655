/**
 * Mails. Whoever has something to say queues it in the same unit of work as what happened; a loop sends it afterwards. Without a mail
 * server mails are kept, where the operator can read them.
 */
import nodemailer from 'nodemailer'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import { rows, run } from './db.ts'
import { repeat } from './loop.ts'
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
}

const tries = 8
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
    `insert into mails (id, person_id, workspace_id, class, subject, body, state, tries, next_at, dedupe, created_at)
     values ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, $7) on conflict do nothing`,
    [
      uuidv7(now.getTime()),
      mail.personId,
      mail.workspaceId ?? null,
      mail.class,
      mail.subject.replace(/[\r\n]+/g, ' '),
      mail.body,
      now,
      mail.dedupe ?? null,
    ],
  )
  return added > 0
}

interface Claimed {
  subject: string
  body: string
  tries: number
  email: string
}

/** Sends what is due; returns how many mails were dealt with. */
export async function sendDueMails(ctx: Context): Promise<number> {
  const due = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ id: string; person_id: string }>(
      `select id, person_id from mails where state = 'waiting' and next_at <= $1 order by next_at limit 50`,
      [ctx.now()],
    ),
  )
  for (const { id, person_id } of due) await sendOne(ctx, id, person_id)
  return due.length
}

async function sendOne(ctx: Context, id: string, personId: string): Promise<void> {
  const claimed = await ctx.db.tx({ person: personId }, () => claim(id, ctx.now()))
  if (!claimed) return
  const settle = (state: string, error: string | null = null) =>
    ctx.db.tx({ person: personId }, () =>
      run(`update mails set state = $2, error = $3 where id = $1`, [id, state, error]),
    )
  if (ctx.mail.mode === 'kept') return void (await settle('kept'))
  try {
    await ctx.mail.send({
      id,
      to: claimed.email,
      subject: claimed.subject,
      text: `${claimed.body}\n\n${ctx.mail.footer}\n`,
    })
    await settle('sent')
  } catch (error) {
    const { message, permanent } = error as Error & { permanent?: boolean }
    const over = permanent === true || claimed.tries >= tries
    await settle(over ? 'failed' : 'waiting', message)
    ctx.log.warn(
      { mailId: id, attempt: claimed.tries, outcome: over ? 'failed' : 'waiting' },
      message,
    )
  }
}

/** Takes a mail for this try. The next try's time is written first, so that a process that dies leaves it to the others. */
async function claim(id: string, now: Date): Promise<Claimed | undefined> {
  const [mail] = await rows<{ tries: number }>(
    `select tries from mails where id = $1 and state = 'waiting' and next_at <= $2 for update skip locked`,
    [id, now],
  )
  if (!mail) return undefined
  const next = new Date(now.getTime() + pauseAfter(mail.tries))
  await run(`update mails set tries = tries + 1, next_at = $2 where id = $1`, [id, next])
  const [claimed] = await rows<Claimed>(
    `select m.subject, m.body, m.tries, p.email from mails m join persons p on p.id = m.person_id where m.id = $1`,
    [id],
  )
  return claimed
}

/** Doubles from a minute to six hours. */
const pauseAfter = (done: number): number => Math.min(firstPauseMs * 2 ** done, longestPauseMs)

/** Sends due mails every few seconds until the returned function is called; it waits for the one in hand. */
export function startMail(ctx: Context, everyMs = 3_000): () => Promise<void> {
  return repeat(everyMs, () =>
    sendDueMails(ctx).catch((err: unknown) => ctx.log.error({ err }, 'mails were not sent')),
  ).stop
}
