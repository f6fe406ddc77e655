import { createServer } from 'node:net'

/** Whether `port` can be listened on at `host` right now. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A free port chosen by the system. */
export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ port: 0, host, exclusive: true }, () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

/** The first free port from `wanted` upwards (0: any free one). `avoid` holds ports promised to others. */
export async function takePort(
  wanted: number,
  avoid: ReadonlySet<number> = new Set(),
  host = '127.0.0.1',
): Promise<number> {
  if (wanted === 0) return freePort(host)
  for (let port = wanted; port < Math.min(wanted + 200, 65_536); port++) {
    if (!avoid.has(port) && (await isFree(port, host))) return port
  }
  return freePort(host)
}
