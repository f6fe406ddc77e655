/**
 * What a person does on the sign-in page of a Bluesky server, by the requests that this page makes. Node's own `http` sends them, because `fetch` would
 * not let us say that we are a browser navigating.
 */
import { request, type IncomingHttpHeaders } from 'node:http'
import type { Person } from './real-bluesky.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** A browser with one tab: it keeps cookies and says where it is. */
class Tab {
  readonly #cookies = new Map<string, string>()

  /** Opens a page by its address, as a click from `from` does. */
  open(url: string, from?: string): Promise<Answer> {
    return this.#send('GET', url, {
      ...fetchedAs(from ? 'same-origin' : 'cross-site', 'navigate', 'document'),
      ...(from && { referer: from }),
    })
  }

  /** What a script of the page at `from` sends to its own server. */
  async post<T>(from: string, name: string, body: unknown): Promise<T> {
    const { origin } = new URL(from)
    const headers = {
      ...fetchedAs('same-origin', 'same-origin', 'empty'),
      origin,
      referer: from,
      'content-type': 'application/json',
      'x-csrf-token': this.#cookies.get('csrf-token') ?? '',
    }
    const address = `${origin}/@atproto/oauth-provider/~api/${name}`
    const { status, text } = await this.#send('POST', address, headers, JSON.stringify(body))
    if (status !== 200) throw new Error(`${name}: ${status} ${text}`)
    return JSON.parse(text) as T
  }

  async #send(
    method: string,
    url: string,
    headers: Record<string, string>,
    body = '',
  ): Promise<Answer> {
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ')
    const sent = { ...headers, ...(cookie && { cookie }) }
    const answer = await new Promise<Answer>((resolve, reject) => {
      const out = request(url, { method, headers: sent, agent: false }, (reply) => {
        let text = ''
        reply.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        reply.on('end', () => resolve({ status: reply.statusCode!, headers: reply.headers, text }))
      })
      out.once('error', reject)
      out.end(body)
    })
    for (const set of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!
      this.#cookies.set(name!, value!)
    }
    return answer
  }
}

const fetchedAs = (site: string, mode: string, dest: string): Record<string, string> => ({
  'sec-fetch-site': site,
  'sec-fetch-mode': mode,
  'sec-fetch-dest': dest,
})

/** Opens the sign-in page at `url`, signs in and allows (or not). Returns what the server's redirect brings back to us. */
export async function decide(
  url: string,
  { handle, password, did }: Person,
  decision: 'consent' | 'reject' = 'consent',
): Promise<Record<string, string>> {
  const tab = new Tab()
  const page = await tab.open(url)
  if (page.status !== 200) throw new Error(`the sign-in page: ${page.status} ${page.text}`)
  const typed = { username: handle, password, locale: 'en', remember: true }
  await tab.post(url, 'sign-in', typed)
  const next = await tab.post<{ url: string }>(url, decision, decision === 'consent' ? { did } : {})
  const { headers } = await tab.open(next.url, url)
  return Object.fromEntries(new URL(headers.location!).searchParams)
}
