/** Temporal's time-skipping server: its clock stands until it is told to run ahead, and runs ahead over whatever is due on the way. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { InternalConnectionOptionsSymbol } from '@temporalio/client/lib/connection.js'
import { encodeSearchAttributeIndexedValueType as typeOf } from '@temporalio/common/lib/search-attributes.js'
import { searchAttributeTypes } from '../../core/platform/temporal-needs.ts'
import { freePort } from '../../scripts/lib/ports.ts'
import { sweptFolder } from './swept-folder.ts'

export interface SkippedTime extends AsyncDisposable {
  address: string
  /** Lets this much of the server's time pass, in moments of ours. */
  pass(ms: number): Promise<void>
  /** The server's clock. */
  now(): Promise<number>
}

/** Starts a server of one's own: its clock is one for everything that runs on it. */
export async function skippedTime(executable: string): Promise<SkippedTime> {
  const port = await freePort()
  const folder = sweptFolder()
  const server = spawn(executable, [String(port)], { stdio: 'ignore', env: folder.env })
  folder.add('time-skipping server', server.pid)
  const gone = once(server, 'exit')
  const address = `127.0.0.1:${port}`
  const connection = await connect(address, () => server.exitCode !== null)
  const types = Object.entries(searchAttributeTypes).map(([name, type]) => [name, typeOf(type)])
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(types) as Record<string, never>,
  })
  const clock = connection.testService!
  return {
    address,
    async now() {
      const { time } = await clock.getCurrentTime({})
      return Number(time!.seconds) * 1_000 + (time!.nanos ?? 0) / 1e6
    },
    pass: async (ms) => {
      const seconds = Math.floor(ms / 1_000)
      const duration = { seconds: seconds as never, nanos: (ms - seconds * 1_000) * 1e6 }
      await clock.unlockTimeSkippingWithSleep({ duration })
    },
    async [Symbol.asyncDispose]() {
      await connection.close()
      server.kill('SIGKILL')
      await gone
      folder.remove()
    },
  }
}

async function connect(address: string, ended: () => boolean): Promise<Connection> {
  for (let tries = 1; ; tries += 1) {
    try {
      const more = { [InternalConnectionOptionsSymbol]: { supportsTestService: true } }
      return await Connection.connect({ address, connectTimeout: 1_000, ...more } as object)
    } catch (error) {
      if (ended() || tries === 100) throw error
      await pause(100)
    }
  }
}
