/**
 * Stands between the product and a real server and loses what it is told to lose: requests before the server gets them, or replies after
 * it has done its work. So a real server can be met with the faults of the simulators.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { FaultPlan } from './simulators/faults.ts'

export interface LossyProxy {
  origin: string
  faults: FaultPlan
  close(): Promise<void>
}

interface Reply {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
}

/** `labels` names requests for faults by the beginning of `METHOD /path`, e.g. `{ publish: ['POST /api/v1/statuses'] }`. */
export async function lossyProxy(
  upstream: string,
  labels: Record<string, string[]>,
): Promise<LossyProxy> {
  const faults = new FaultPlan()
  const labelOf = ({ method, url }: IncomingMessage): string => {
    const called = (starts: string[]) =>
      starts.some((start) => `${method} ${url}`.startsWith(start))
    return Object.keys(labels).find((label) => called(labels[label]!)) ?? ''
  }
  const server = createServer((incoming, response) => {
    const lost = () => void response.socket?.resetAndDestroy()
    void pass(upstream, incoming, response, faults, labelOf(incoming)).catch(lost)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

async function pass(
  upstream: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  faults: FaultPlan,
  label: string,
): Promise<void> {
  const body = await whole(incoming)
  const fault = faults.take(label)
  const reset = () => void response.socket?.resetAndDestroy()
  const say = ({ status, headers, body: said }: Reply) =>
    void response.writeHead(status, headers).end(said)
  if (fault?.kind === 'reset_before') return reset()
  if (fault?.kind === 'error_before') return say(made(503))
  if (fault?.kind === 'limited')
    return say(made(429, { 'x-ratelimit-reset': new Date(Date.now() + 90_000).toISOString() }))
  // The server has answered: what was asked is done, whatever becomes of the answer.
  const reply = await forward(upstream, incoming, body)
  if (fault?.kind === 'lost_reply') return reset()
  if (fault?.kind === 'error_after') return say(made(500))
  if (fault?.kind === 'cut_reply') {
    response.writeHead(reply.status, reply.headers)
    response.write(reply.body.subarray(0, reply.body.length / 2), () => response.destroy())
    return
  }
  if (fault?.kind === 'slow') await wait(fault.delayMs ?? 1000)
  if (!response.destroyed) say(reply)
}

const made = (status: number, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from('{"error":"from the proxy"}'),
})

async function whole(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Sends the request on as it came, on a connection of its own, and reads the whole reply. */
function forward(upstream: string, incoming: IncomingMessage, body: Buffer): Promise<Reply> {
  const { method, headers, url } = incoming
  const { 'transfer-encoding': _chunked, ...kept } = headers
  const sent = {
    ...kept,
    host: new URL(upstream).host,
    connection: 'close',
    ...(body.length > 0 && { 'content-length': String(body.length) }),
  }
  return new Promise((resolve, reject) => {
    const out = request(`${upstream}${url}`, { method, headers: sent, agent: false }, (reply) => {
      const { connection: _own, 'transfer-encoding': _encoding, ...answered } = reply.headers
      whole(reply).then((said) => {
        const length = { 'content-length': String(said.length) }
        resolve({ status: reply.statusCode!, headers: { ...answered, ...length }, body: said })
      }, reject)
    })
    out.once('error', reject)
    out.end(body)
  })
}
