/** Entry of the API process: configuration, context, listening, an orderly end. */
import type { Server } from 'node:http'
import { readConfig } from '../core/platform/config.ts'
import { openContext } from '../core/open.ts'
import { startDemo } from '../core/demo/demo.ts'
import { startMail } from '../core/platform/mail.ts'
import { startSweeperWatch } from '../core/publishing/sweeper-watch.ts'
import { createApp, loadPages } from './app.ts'
import { endingOf } from './ending.ts'

const config = readConfig(process.env)
const ctx = await openContext(config)
const app = createApp(ctx, await loadPages())
const stopMail = startMail(ctx)
const stopDemo = startDemo(ctx)
const stopWatch = startSweeperWatch(ctx)
const server: Server = app.listen(config.port, config.host, () => {
  ctx.log.info({ port: config.port, address: config.host }, 'the api listens')
})

const endServer = endingOf(server)

let ending = false
async function end() {
  if (ending) return
  ending = true
  stopDemo()
  stopWatch()
  await endServer()
  await stopMail()
  await ctx[Symbol.asyncDispose]()
  process.exit(0)
}
process.on('SIGTERM', () => void end())
process.on('SIGINT', () => void end())
