import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { endingOf } from '../../api/ending.ts'

/** A server with an answer that takes a while, one that never comes, and a stream. */
async function listening(patienceMs: number) {
  const server: Server = createServer(async (request, response) => {
    if (request.url === '/slow') {
      await sleep(200)
      response.end('whole')
    }
    if (request.url === '/stream') {
      response.setHeader('content-type', 'text/event-stream')
      response.write(': here\n\n')
    }
  })
  const end = endingOf(server, patienceMs)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { end, ask: (path: string) => fetch(`http://127.0.0.1:${port}${path}`) }
}

it('lets what is being answered be answered, and takes nobody new in', async () => {
  const { end, ask } = await listening(5_000)
  const slow = ask('/slow')
  await sleep(50)
  const ended = end()
  await expect(ask('/slow')).rejects.toThrow()
  expect(await (await slow).text()).toBe('whole')
  await ended
})

it('ends streams at once, and waits for nothing that never ends', async () => {
  const { end, ask } = await listening(300)
  const stream = await ask('/stream')
  const read = stream.text()
  const never = ask('/never').catch((error: Error) => error)
  await sleep(50)
  const begun = performance.now()
  const ended = end()
  expect(await read).toBe(': here\n\n')
  expect(performance.now() - begun).toBeLessThan(250)
  await ended
  expect(await never).toBeInstanceOf(Error)
})
