/** The process that `startBlueskyPds` runs: the server whose packages lie in the folder named by the argument. */
import { rmSync } from 'node:fs'
import { Server } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

interface DevEnv {
  TestNetworkNoAppView: {
    create(options: { pds: object; plc: object }): Promise<{
      pds: { url: string }
      plc: { url: string }
    }>
  }
}

/** Its developers let it listen everywhere; a server whose passwords are known listens on this machine only. */
const listen = Server.prototype.listen as (this: Server, ...args: unknown[]) => Server
Server.prototype.listen = function (this: Server, ...[port, ...rest]: unknown[]): Server {
  return listen.call(this, typeof port === 'number' ? { port, host: '127.0.0.1' } : port, ...rest)
} as typeof listen

/** A clock that can be put ahead, so that tokens run out and nonces rotate while nobody waits. */
let aheadMs = 0
const realNow = Date.now.bind(Date)
globalThis.Date = class extends Date {
  constructor(...given: unknown[]) {
    super(...((given.length > 0 ? given : [realNow() + aheadMs]) as [number]))
  }
  static override now(): number {
    return realNow() + aheadMs
  }
} as DateConstructor

// Whoever started us is gone, or wants us gone.
process.on('disconnect', () => process.exit())
process.on('SIGTERM', () => process.exit())
process.on('exit', () => rmSync(process.env.TMPDIR!, { recursive: true, force: true }))
process.on('message', (message) => {
  aheadMs = (message as { aheadMs: number }).aheadMs
  process.send!({ aheadMs })
})

const module = join(process.argv[2]!, 'node_modules/@atproto/dev-env/dist/index.js')
const { TestNetworkNoAppView } = (await import(pathToFileURL(module).href)) as DevEnv
const { pds, plc } = await TestNetworkNoAppView.create({ pds: {}, plc: {} })
process.send!({ origin: pds.url, plc: plc.url })
