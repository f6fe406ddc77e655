import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttp, type Http } from '../../../core/platform/http/http.ts'
import { HttpError } from '../../../core/platform/http/error.ts'

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}'
const body = { method: 'POST', body: '{"status":"Hello"}' }

/** A server that tells a connection from a request. */
let server: Server
let origin: string
let sockets: Socket[]
let read: string
let http: Http

beforeEach(async () => {
  sockets = []
  read = ''
  server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      read += chunk.toString()
      if (read.includes('Hello')) socket.end(answer)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  http = createHttp({ allowPrivateOrigins: [origin], timeoutMs: 300 })
})
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

/** Something whose time is chosen by the test. */
function gate() {
  let open!: () => void
  let shut!: (error: Error) => void
  const hold = new Promise<void>((resolve, reject) => {
    open = resolve
    shut = reject
  })
  return { hold, open, shut }
}
const moment = () => new Promise((resolve) => setTimeout(resolve, 50))
const kindOf = (call: Promise<unknown>) =>
  call.then(
    () => 'answered',
    (error: unknown) => (error instanceof HttpError ? error.kind : String(error)),
  )

describe('a held request', () => {
  it('opens its connection at once and leaves when it may', async () => {
    const { hold, open } = gate()
    const call = http.held!(hold)(origin, body)
    await once(server, 'connection')
    await moment()
    expect(read).toBe('')
    open()
    expect((await call).status).toBe(200)
    expect(read).toContain('Hello')
  })

  it('may be held for longer than an answer may take', async () => {
    const { hold, open } = gate()
    const call = http.held!(hold)(origin, body)
    await new Promise((resolve) => setTimeout(resolve, 400))
    open()
    expect((await call).status).toBe(200)
  })

  it('never leaves once it may not, and was certainly not sent', async () => {
    const { hold, shut } = gate()
    const call = kindOf(http.held!(hold)(origin, body))
    await once(server, 'connection')
    shut(new Error('the process stops'))
    expect(await call).toBe('not_sent')
    await moment()
    expect(read).toBe('')
  })

  it('was certainly not sent when the server closes the connection before', async () => {
    const { hold, open } = gate()
    const call = kindOf(http.held!(hold)(origin, body))
    await once(server, 'connection')
    sockets[0]!.destroy()
    expect(await call).toBe('not_sent')
    open()
    await moment()
    expect(read).toBe('')
  })

  it('may have been received when the server closes the connection after', async () => {
    const { hold, open } = gate()
    server.on('connection', (socket) => socket.on('data', () => socket.destroy()))
    const call = kindOf(http.held!(hold)(origin, { method: 'POST', body: 'x'.repeat(100) }))
    await once(server, 'connection')
    open()
    expect(await call).toBe('no_answer')
  })
})
