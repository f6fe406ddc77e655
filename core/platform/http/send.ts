/** One exchange with one server: request out, answer in, with every limit kept. */
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { pipeline, Readable, Transform, type TransformCallback } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { checkedLookup, isPublic, type Resolve } from './addresses.ts'
import { blocked, HttpError } from './error.ts'

export interface Outgoing {
  url: URL
  method: string
  headers: Headers
  body: Buffer | ReadableStream | null
  signal: AbortSignal | null
  /** The connection is opened at once, and the first byte of the request leaves when this resolves; rejected: none ever does. */
  hold?: Promise<void> | undefined
}

export interface Limits {
  /** From the end of the request to the answer's head, and the longest standstill while a streamed request leaves or the answer's body arrives. */
  timeoutMs: number
  /** The whole exchange, the answer's body included; counted from the end of a streamed request. */
  totalMs: number
  /** Of the answer's body, after decompression. */
  maxBytes: number
  resolve: Resolve
}

const decoders: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}
const bodiless = new Set([204, 205, 304])
const connectMs = 10_000

/** Sends it. `trusted` skips the check of the address: only for origins that the operator named. */
export function send(out: Outgoing, limits: Limits, trusted: boolean): Promise<Response> {
  return new Promise((resolve, reject) => {
    const call = begin(out, limits, trusted)
    const watch = watchTime(call, out.url.host, limits, out.signal)
    let connected = false
    let written = false
    call.once('socket', (socket) => {
      socket.once(out.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        connected = true
        watch.connected()
        if (!trusted && !isPublic(socket.remoteAddress ?? '')) call.destroy(blocked(out.url.host))
      })
    })
    call.once('response', (incoming) => {
      watch.answered(incoming)
      try {
        resolve(toResponse(incoming, out, limits, watch.done))
      } catch (error) {
        call.destroy()
        reject(error as Error)
      }
    })
    call.on('error', (error: NodeJS.ErrnoException) => {
      watch.done()
      reject(
        out.signal?.aborted
          ? (out.signal.reason as Error)
          : named(error, out.url.host, connected && written),
      )
    })
    const write = () => {
      if (call.destroyed) return
      written = true
      watch.writing()
      writeBody(call, out.body, watch.writing)
    }
    if (out.hold) out.hold.then(write, (error: Error) => call.destroy(error))
    else write()
  })
}

function begin(out: Outgoing, limits: Limits, trusted: boolean): ClientRequest {
  const headers = Object.fromEntries(out.headers)
  if (Buffer.isBuffer(out.body)) headers['content-length'] = String(out.body.length)
  const lookup = trusted ? undefined : checkedLookup(limits.resolve, blocked)
  // No agent: a kept connection may die under a request, and then nobody knows whether a post went out.
  const options = { method: out.method, headers, agent: false as const, lookup: lookup as never }
  return out.url.protocol === 'https:'
    ? httpsRequest(out.url, { ...options, minVersion: 'TLSv1.2' })
    : httpRequest(out.url, options)
}

/**
 * `progress` is told of each piece of a stream that leaves. A stream that is not as long as was said ends the request; one that the server has
 * already answered is not sent to its end, and the answer stands.
 */
function writeBody(call: ClientRequest, body: Outgoing['body'], progress: () => void): void {
  if (body === null || Buffer.isBuffer(body)) return void call.end(body)
  const source = Readable.fromWeb(body as WebStream)
  const meter = metered(Number(call.getHeader('content-length') ?? NaN), progress)
  let stopped = false
  const stop = () => {
    stopped = true
    meter.unpipe(call)
    source.destroy()
  }
  pipeline(source, meter, (error) => error && !stopped && call.destroy(error))
  call.once('response', stop).once('close', stop)
  meter.pipe(call)
}

/** Each piece is held back until the next one is there, so that a stream that is too long is never taken for a whole body. */
function metered(said: number, progress: () => void): Transform {
  let seen = 0
  let held: Buffer | null = null
  const wrong = () => new Error(`a body of ${said} bytes had ${seen}`)
  return new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, next: TransformCallback) {
      seen += chunk.length
      if (seen > said) return next(wrong())
      progress()
      next(null, held)
      held = chunk
    },
    flush: (next) => (seen < said ? next(wrong()) : next(null, held)),
  })
}

/** Every clock of one exchange, and the caller's own signal. */
function watchTime(call: ClientRequest, host: string, limits: Limits, signal: AbortSignal | null) {
  // Once there is an answer, destroying the call would report a reset and not the reason.
  let target: ClientRequest | IncomingMessage = call
  const after = (ms: number, what: string, code?: string) =>
    setTimeout(() => target.destroy(tooSlow(host, what, ms, code)), ms)
  const connect = after(
    Math.min(connectMs, limits.timeoutMs),
    'did not take the connection',
    'UND_ERR_CONNECT_TIMEOUT',
  )
  let head: NodeJS.Timeout | undefined
  let isAnswered = false
  let total: NodeJS.Timeout | undefined
  const abort = () => target.destroy(signal?.reason as Error)
  signal?.addEventListener('abort', abort, { once: true })
  return {
    connected: () => clearTimeout(connect),
    /** Begins or goes on, so both clocks start anew. */
    writing: () => {
      if (isAnswered) return
      head = head?.refresh() ?? after(limits.timeoutMs, 'did not answer')
      total = total?.refresh() ?? after(limits.totalMs, 'did not finish answering')
    },
    answered: (incoming: IncomingMessage) => {
      target = incoming
      isAnswered = true
      clearTimeout(connect)
      clearTimeout(head)
      call.setTimeout(limits.timeoutMs, () =>
        incoming.destroy(tooSlow(host, 'stopped in the middle of its answer', limits.timeoutMs)),
      )
    },
    done: () => {
      for (const timer of [connect, head, total]) clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
}

const tooSlow = (host: string, what: string, ms: number, code = 'timeout'): HttpError =>
  new HttpError(
    code === 'timeout' ? 'no_answer' : 'not_sent',
    host,
    `${what} within ${ms / 1000} s`,
    code,
  )

/** The socket's error without its text, which may quote the request. */
function named(error: NodeJS.ErrnoException, host: string, connected: boolean): Error {
  if (error instanceof HttpError) return error
  return connected
    ? new HttpError('no_answer', host, 'broke the connection off', error.code)
    : new HttpError('not_sent', host, 'could not be reached', error.code)
}

function toResponse(
  incoming: IncomingMessage,
  out: Outgoing,
  limits: Limits,
  done: () => void,
): Response {
  const status = incoming.statusCode ?? 0
  if (status < 200 || status > 599)
    throw new HttpError('no_answer', out.url.host, 'answered nonsense')
  if (Number(incoming.headers['content-length'] ?? 0) > limits.maxBytes)
    throw tooLarge(out.url.host)
  const headers = new Headers()
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value)
  const head = { status, statusText: incoming.statusMessage ?? '', headers }
  const response = bodiless.has(status)
    ? new Response(null, head)
    : new Response(bodyOf(incoming, out, limits, done, headers), head)
  if (bodiless.has(status)) incoming.resume().once('close', done)
  return Object.defineProperty(response, 'url', { value: out.url.href })
}

function bodyOf(
  incoming: IncomingMessage,
  out: Outgoing,
  limits: Limits,
  done: () => void,
  headers: Headers,
): ReadableStream {
  const encoding = (headers.get('content-encoding') ?? '').trim().toLowerCase()
  const decoder = out.method === 'HEAD' ? undefined : decoders[encoding]?.()
  if (decoder) for (const name of ['content-encoding', 'content-length']) headers.delete(name)
  const cap = capped(limits.maxBytes, out.url.host)
  const finish = (error: NodeJS.ErrnoException | null | undefined): void => {
    done()
    // The stream's own reader hears of the error; here it only has to be one that tells nothing.
    if (error && !cap.destroyed)
      cap.destroy(out.signal?.aborted ? (out.signal.reason as Error) : error)
  }
  const clean = new Transform({ transform: (chunk, _, next) => next(null, chunk) })
  incoming.on('error', (error: NodeJS.ErrnoException) => {
    const reason = out.signal?.aborted
      ? (out.signal.reason as Error)
      : named(error, out.url.host, true)
    clean.destroy(reason)
  })
  incoming.pipe(clean)
  if (decoder) pipeline(clean, decoder, cap, finish)
  else pipeline(clean, cap, finish)
  cap.once('close', () => incoming.destroy())
  return Readable.toWeb(cap) as unknown as ReadableStream
}

const tooLarge = (host: string): HttpError =>
  new HttpError('too_large', host, 'sent more than is taken from it')

function capped(maxBytes: number, host: string): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, next: TransformCallback) {
      seen += chunk.length
      if (seen > maxBytes) next(tooLarge(host))
      else next(null, chunk)
    },
  })
}
