/** Requests whose bodies are streams with a length. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttp, type Http } from '../../../core/platform/http/http.ts'
import type { HttpError } from '../../../core/platform/http/error.ts'

let server: Server
let origin: string
let http: Http
let answer: (request: IncomingMessage, response: ServerResponse) => void
let seen: { length: string | undefined; chunked: boolean; bytes: number }

beforeEach(async () => {
  seen = { length: undefined, chunked: false, bytes: 0 }
  answer = (request, response) => {
    request.on('end', () => response.end('{}'))
  }
  server = createServer((request, response) => {
    seen.length = request.headers['content-length']
    seen.chunked = request.headers['transfer-encoding'] !== undefined
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => (seen.bytes += chunk.length))
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  http = createHttp({ allowPrivateOrigins: [origin], timeoutMs: 300, totalMs: 500 })
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** `pieces` of 1,000 bytes, each after a moment. */
const stream = (pieces: number, everyMs = 0): ReadableStream =>
  new ReadableStream({
    async pull(to) {
      if (everyMs) await pause(everyMs)
      if (pieces === 0) return to.close()
      pieces -= 1
      to.enqueue(Buffer.alloc(1_000))
    },
  })
const post = (body: ReadableStream, length: number) =>
  http(origin, { method: 'POST', body, headers: { 'content-length': String(length) } })
const errorOf = (call: Promise<Response>): Promise<HttpError> =>
  call.then(
    () => expect.fail('it was answered'),
    (error: unknown) => error as HttpError,
  )

describe('a streamed request', () => {
  it('says how long it is, and is not cut in chunks', async () => {
    expect((await post(stream(40), 40_000)).status).toBe(200)
    expect(seen).toEqual({ length: '40000', chunked: false, bytes: 40_000 })
  })

  it('may take longer than an answer may, and than a whole exchange, while it goes on', async () => {
    expect((await post(stream(9, 80), 9_000)).status).toBe(200)
  })

  it('is given up when it stands still', async () => {
    const still = new ReadableStream({ start: (to) => to.enqueue(Buffer.alloc(1_000)) })
    expect((await errorOf(post(still, 2_000))).kind).toBe('no_answer')
  })

  it('is given up when nobody takes it', async () => {
    answer = (request) => void request.pause()
    expect((await errorOf(post(stream(20_000), 20_000_000))).kind).toBe('no_answer')
    expect(seen.bytes).toBeLessThan(20_000_000)
  })

  it.each([
    ['shorter', 3],
    ['longer', 5],
  ])('that is %s than it said ends without an answer', async (_, pieces) => {
    expect((await errorOf(post(stream(pieces, 10), 4_000))).kind).toBe('no_answer')
  })

  it('stops when it was answered before its end, and the answer stands', async () => {
    answer = (_, response) => void response.writeHead(413).end('too large')
    let pulled = 0
    const endless = new ReadableStream({
      pull: (to) => {
        pulled += 1
        to.enqueue(Buffer.alloc(64_000))
      },
    })
    const response = await post(endless, 64_000_000_000)
    expect([response.status, await response.text()]).toEqual([413, 'too large'])
    const atAnswer = pulled
    await pause(50)
    expect(pulled).toBe(atAnswer)
  })

  it('ends when its caller no longer wants it', async () => {
    const end = new AbortController()
    const sent = http(origin, {
      method: 'POST',
      body: stream(100, 50),
      headers: { 'content-length': '100000' },
      signal: end.signal,
    })
    await once(server, 'request')
    end.abort(new Error('not wanted'))
    expect((await errorOf(sent)).message).toBe('not wanted')
  })
})
