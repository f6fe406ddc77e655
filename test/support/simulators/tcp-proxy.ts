/**
 * A TCP proxy that breaks connections where a network breaks them: for real servers that have no faults of their own. It strikes the first
 * request whose head contains `match`.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type WireFault =
  /** The request never reaches the server. */
  | 'cut_request'
  /** The server gets it all, the reply is thrown away and the connection reset. */
  | 'lose_reply'
  /** As `lose_reply`, but the connection stays open without a word until the client gives up. */
  | 'silence'

export interface TcpProxy {
  origin: string
  /** Strikes the next request containing `match`, e.g. `POST /api/v1/statuses`. */
  strike(fault: WireFault, match: string): void
  fired(): number
  close(): Promise<void>
}

/** Stands before `target` (an http origin on this machine). */
export async function tcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  let waiting: { fault: WireFault; match: string } | null = null
  let fired = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    let struck: WireFault | null = null
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy())
    }
    client.on('data', (chunk) => {
      if (waiting && chunk.includes(waiting.match)) {
        struck = waiting.fault
        waiting = null
        fired += 1
        if (struck === 'cut_request') return client.resetAndDestroy()
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (struck === null) client.write(chunk)
      // The reply has begun, so the server has committed; whatever follows is not for the client.
      else if (struck === 'lose_reply') client.resetAndDestroy()
    })
    client.on('end', () => upstream.end()).on('close', () => struck === null && upstream.destroy())
    upstream.on('end', () => struck === null && client.end())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strike: (fault, match) => {
      waiting = { fault, match }
    },
    fired: () => fired,
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
