/** Requests like those of a wave in the barest of loops, in a process of its own: what the machine and the network's server can do. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'

interface Requests {
  origin: string
  /** Of the accounts, taken in turns. */
  tokens: string[]
  count: number
  /** Requests under way at one time. */
  width: number
  text: string
}

const { origin, tokens, count, width, text } = JSON.parse(process.argv[2]!) as Requests

function send(index: number): Promise<void> {
  const body = JSON.stringify({
    status: `${text}, post ${index}.`,
    media_ids: [],
    language: 'en',
    visibility: 'public',
  })
  const headers = {
    authorization: `Bearer ${tokens[index % tokens.length]}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'idempotency-key': randomUUID(),
  }
  return new Promise((resolve, reject) => {
    const call = request(`${origin}/api/v1/statuses`, { method: 'POST', headers, agent: false })
    call.once('response', (answer) => answer.resume().once('end', resolve))
    call.once('error', reject)
    call.end(body)
  })
}

let next = 0
const lane = async () => {
  while (next < count) await send(next++)
}
const since = Date.now()
await Promise.all(Array.from({ length: width }, lane))
process.send?.(since)
process.disconnect()
