/** Stands between the product and a server that speaks TCP, and does to its connections what networks and restarts do. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface TcpProxy {
  port: number
  /** From now on no byte of the connections that stand passes, in either direction; none is closed. New ones are as ever. */
  silence(): void
  /** The next connection that is opened is told this in the same breath as the server's first answer that ends with `after`, and is closed. */
  nextEnds(after: Buffer, words: Buffer): void
  close(): Promise<void>
}

/** A proxy on a free port in front of `host:port`. */
export async function tcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  const silent = new WeakSet<Socket>()
  let next: { after: Buffer; words: Buffer } | undefined
  const server = createServer((near) => {
    const last = next
    next = undefined
    const far = connect(port, host)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    }
    near.on('close', () => far.destroy())
    far.on('close', () => !silent.has(near) && near.destroy())
    near.on('data', (bytes) => !silent.has(near) && far.write(bytes))
    far.on('data', (bytes) => {
      if (silent.has(near)) return
      if (!last || !bytes.subarray(-last.after.length).equals(last.after)) return near.write(bytes)
      near.end(Buffer.concat([bytes, last.words]))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => sockets.forEach((socket) => silent.add(socket)),
    nextEnds: (after, words) => void (next = { after, words }),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
