/** Mails on their way: through a real SMTP server, once, again after a while when it cannot, and several of a kind as one. */
import { happened } from '#contract/posts/happened.ts'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rows } from '../../../core/platform/db.ts'
import { queueMail, sendDueMails, type NewMail } from '../../../core/platform/mail.ts'
import { tellTrouble } from '../../../core/publishing/notices.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

let server: SMTPServer
let world: World
let tenant: Tenant
let now = new Date('2026-03-01T09:00:00Z')
let came: ParsedMail[] = []
/** What the server answers to a mail; undefined: it takes it. */
let refusal: number | undefined
/** Done before the server answers. */
let whenOneComes = async (): Promise<void> => undefined

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, answer) {
      simpleParser(stream).then(async (mail) => {
        await whenOneComes()
        if (refusal) return answer(Object.assign(new Error('no'), { responseCode: refusal }))
        came.push(mail)
        answer()
      }, answer)
    },
  })
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  world = await createWorld({
    env: { SMTP_URL: `smtp://127.0.0.1:${port}` },
    overrides: { now: () => now },
  })
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await new Promise<void>((closed) => server.close(() => closed()))
})
beforeEach(async () => {
  now = new Date('2026-03-01T09:00:00Z')
  ;[came, refusal] = [[], undefined]
  whenOneComes = async () => undefined
  tenant = await world.addTenant()
})

const inTx = <T>(fn: () => Promise<T>) =>
  world.ctx.db.tx({ workspace: tenant.workspaceId, person: tenant.personId }, fn)
const queue = (mail: Partial<NewMail> = {}) =>
  inTx(() =>
    queueMail(
      {
        personId: tenant.personId,
        workspaceId: tenant.workspaceId,
        class: 'service',
        subject: 'Grüße',
        body: 'A line.\n\nAnother.',
        ...mail,
      },
      now,
    ),
  )
const stored = () =>
  inTx(() =>
    rows<{ state: string; tries: number; error: string | null; next_at: Date }>(
      'select state, tries, error, next_at from mails order by id',
    ),
  )
const later = (minutes: number) => (now = new Date(now.getTime() + minutes * 60_000))

describe('a mail', () => {
  it('goes to the person once, with a footer that says who sends it', async () => {
    await queue()
    await sendDueMails(world.ctx)
    await sendDueMails(world.ctx)
    expect(came).toHaveLength(1)
    expect(came[0]).toMatchObject({
      subject: 'Grüße',
      to: { text: `${tenant.personId}@example.org` },
    })
    expect(came[0]!.text).toMatch(/^A line\.\n\nAnother\.\n\n--\s?\nPostAura at http/)
    expect(came[0]!.headers.get('auto-submitted')).toBe('auto-generated')
    expect(await stored()).toMatchObject([{ state: 'sent', tries: 1, error: null }])
  })
  it('is tried again when the server cannot take it now, later each time, under the same id', async () => {
    await queue()
    refusal = 451
    await sendDueMails(world.ctx)
    expect(await stored()).toMatchObject([
      { state: 'waiting', tries: 1, error: 'the mail server answered 451' },
    ])
    await sendDueMails(world.ctx)
    expect(await stored()).toMatchObject([{ tries: 1 }])
    later(1)
    await sendDueMails(world.ctx)
    const [waiting] = await stored()
    expect(waiting!.next_at.getTime() - now.getTime()).toBe(2 * 60_000)
    refusal = undefined
    later(2)
    await sendDueMails(world.ctx)
    expect(came).toHaveLength(1)
    expect(await stored()).toMatchObject([{ state: 'sent', tries: 3, error: null }])
  })
  it('is given up after eight tries, and at once when the server refuses it for good', async () => {
    await queue()
    refusal = 451
    for (let i = 0; i < 12; i += 1) {
      await sendDueMails(world.ctx)
      later(24 * 60)
    }
    expect(await stored()).toMatchObject([{ state: 'failed', tries: 8 }])
    refusal = 550
    await queue()
    await sendDueMails(world.ctx)
    expect((await stored())[1]).toMatchObject({
      state: 'failed',
      tries: 1,
      error: 'the mail server answered 550',
    })
  })
  it('is taken for sending only when its turn has come, so that a slow server makes nobody send it twice', async () => {
    for (const n of [1, 2, 3]) await queue({ subject: `Mail ${n}` })
    const taken: number[] = []
    whenOneComes = async () => {
      taken.push((await stored()).filter(({ tries }) => tries > 0).length)
    }
    await sendDueMails(world.ctx)
    expect(taken).toEqual([1, 2, 3])
  })
  it('cannot smuggle a header in by its subject', async () => {
    await queue({ subject: 'Hello\r\nBcc: eve@example.org' })
    await sendDueMails(world.ctx)
    expect(came[0]!.subject).toBe('Hello Bcc: eve@example.org')
    expect(came[0]!.bcc).toBeUndefined()
  })
})

describe('mails of one kind that wait together', () => {
  const many = async (count: number, bundle = 'posts in Ridgeline need you') => {
    for (let i = 1; i <= count; i += 1)
      await queue({ subject: `Post ${i} missed its time`, body: `Link ${i}`, bundle })
  }
  it('go out as one that tells each, and are all sent by it', async () => {
    await many(3)
    await queue({ subject: 'Your password was changed' })
    await sendDueMails(world.ctx)
    expect(came.map(({ subject }) => subject).sort()).toEqual([
      '3 posts in Ridgeline need you',
      'Your password was changed',
    ])
    const text = came.find(({ subject }) => subject!.startsWith('3'))!.text!
    for (const i of [1, 2, 3]) expect(text).toContain(`Post ${i} missed its time\n\nLink ${i}`)
    expect((await stored()).every(({ state }) => state === 'sent')).toBe(true)
  })
  it('tell twenty in full and lead to the rest', async () => {
    await many(23)
    await sendDueMails(world.ctx)
    expect(came).toHaveLength(1)
    expect(came[0]!.subject).toBe('23 posts in Ridgeline need you')
    expect(came[0]!.text!.match(/^Link \d+$/gm)).toHaveLength(20)
    expect(came[0]!.text).toContain(`And 3 more:\nhttp://localhost:3000/w/${tenant.workspaceId}`)
  })
  it('stay apart when they are of two kinds', async () => {
    await many(2)
    await many(1, 'channels in Ridgeline need you')
    await sendDueMails(world.ctx)
    expect(came.map(({ subject }) => subject).sort()).toEqual([
      '2 posts in Ridgeline need you',
      'Post 1 missed its time',
    ])
  })
})

describe('a post that did not go out', () => {
  it('is told to those who may act, with its words, its channel, what happened and the way to it', async () => {
    const post = await world.addPost(tenant, { text: 'Autumn menu is here.' })
    const delivery = {
      id: uuidv7(),
      workspaceId: tenant.workspaceId,
      postId: post.id,
      attempt: 1,
      channelId: tenant.pageId,
      generation: 1,
      state: 'failed',
      reason: null,
    }
    await inTx(() => tellTrouble(world.ctx, delivery, 'failed', happened('unknown')))
    await sendDueMails(world.ctx)
    expect(came).toHaveLength(1)
    expect(came[0]!.subject).toMatch(/^Autumn menu is here\.? was not published on /)
    expect(came[0]!.text).toContain('Nobody can tell whether it is there.')
    expect(came[0]!.text).toContain(`/w/${tenant.workspaceId}/posts/${post.id}`)
  })
  it('and was missed with others waits a minute for them, and all are one mail', async () => {
    for (const n of [1, 2, 3]) {
      const post = await world.addPost(tenant, { text: `Menu ${n}.` })
      const delivery = {
        id: uuidv7(),
        workspaceId: tenant.workspaceId,
        postId: post.id,
        attempt: 0,
        channelId: tenant.pageId,
        generation: 1,
        state: 'missed',
        reason: 'late',
      }
      await inTx(() =>
        tellTrouble(world.ctx, delivery, 'missed', happened('missed', { minutes: 60 })),
      )
      await sendDueMails(world.ctx)
      now = new Date(now.getTime() + 10_000)
    }
    expect(came).toHaveLength(0)
    now = new Date(now.getTime() + 60_000)
    await sendDueMails(world.ctx)
    expect(came).toHaveLength(1)
    expect(came[0]!.subject).toMatch(/^3 posts in /)
  })
})
