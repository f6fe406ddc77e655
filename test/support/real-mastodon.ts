/** The independent Mastodon API of `scripts/peers`, for tests: accounts on it, what anybody can see of them, and its own faults. */
import { randomBytes } from 'node:crypto'
import { textOf } from '../../networks/mastodon/html.ts'
import { ensureMastodonMock, type MastodonMock } from '../../scripts/peers/mastodon-mock.ts'
import { lossyProxy, type LossyProxy } from './lossy-proxy.ts'

/** Folder of the server's packages; empty, with the reason said aloud, when they cannot be had. */
export async function mastodonMockFolder(): Promise<string> {
  try {
    return await ensureMastodonMock()
  } catch (error) {
    console.error(`no Mastodon server: ${(error as Error).message}`)
    return ''
  }
}

export interface Person {
  id: string
  username: string
  accessToken: string
}

export interface SeenStatus {
  id: string
  content: string
  text: string
  in_reply_to_id: string | null
  url: string
  media_attachments: { id: string; description: string | null; url: string }[]
}

async function own<T>({ origin }: MastodonMock, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${origin}${path}`, {
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** A new account with a token, without the sign-in. */
export async function addPerson(server: MastodonMock): Promise<Person> {
  const username = `ada_${randomBytes(5).toString('hex')}`
  const made = await own<{ id: string; access_token: string }>(server, '/api/v1/_mock/dev_user', {
    username,
  })
  return { id: made.id, username, accessToken: made.access_token }
}

/** All posts of an account as anybody can read them, oldest first. */
export async function statusesOf(server: MastodonMock, id: string): Promise<SeenStatus[]> {
  const seen = await own<SeenStatus[]>(server, `/api/v1/accounts/${id}/statuses?limit=40`)
  return seen.reverse().map((status) => ({ ...status, text: textOf(status.content).trim() }))
}

/** Adds one of the server's own faults, which all strike before anything is done; it strikes once. */
export async function strike(
  server: MastodonMock,
  path: string,
  effect: { type: string; status?: number; delay_ms?: number },
): Promise<void> {
  await own(server, '/api/v1/_mock/faults', { match: { path }, effect, count: 1 })
}

/** How many of the server's own faults still wait. */
export async function faultsWaiting(server: MastodonMock): Promise<number> {
  return (await own<unknown[]>(server, '/api/v1/_mock/faults')).length
}

/** The server through a proxy that loses what it is told to lose. */
export const lossyMastodon = (server: MastodonMock): Promise<LossyProxy> =>
  lossyProxy(server.origin, {
    publish: ['POST /api/v1/statuses'],
    list: ['GET /api/v1/accounts/'],
  })
