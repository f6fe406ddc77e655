import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { discard, registerOwner, startOwn, type OwnProduct } from '../../scripts/lib/own-product.ts'
import { connectBluesky, connectMastodon, type At } from '../support/connecting.ts'
import { command, type Run } from './started.ts'

interface Printed {
  mastodon: { server: string; name: string; password: string; page: string }
  bluesky: { handle: string; appPassword: string; server: string; page: string }
  env: { ALLOW_PRIVATE_ORIGINS: string }
}

/** Waits for the first line, which is everything there is with `--json`. */
async function simulators(args: string[] = []): Promise<Run & { printed: Printed }> {
  const run = command(['simulators', '--json', '--port', '0', ...args])
  const first = await Promise.race([once(run.child.stdout!, 'data'), run.ended])
  if (!Array.isArray(first)) throw new Error(`it ended:\n${run.stderr()}`)
  return { ...run, printed: JSON.parse(run.stdout()) as Printed }
}

test('a port that is none is answered with the arguments that there are', async () => {
  const run = command(['simulators', '--port', 'eighty'])
  expect(await run.ended).toBe(1)
  expect(run.stderr()).toContain('eighty is not a port')
  expect(run.stderr()).toContain('[--port N] [--json]')
})

test('a taken port is said, with another one to use', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const run = command(['simulators', '--port', String(port)])
  expect(await run.ended).toBe(1)
  expect(run.stderr()).toContain(`Port ${port} is taken`)
  other.close()
})

test('a person reads what to set, what to type, and where the posts are', async () => {
  const run = command(['simulators', '--port', '0'])
  await once(run.child.stdout!, 'data')
  run.child.kill('SIGINT')
  expect(await run.ended).toBe(0)
  const said = run.stdout()
  const [mastodon, bluesky] =
    /ALLOW_PRIVATE_ORIGINS=(\S+),(\S+) npm start/.exec(said)?.slice(1) ?? []
  // The labels are those of the connect pages.
  expect(said).toMatch(new RegExp(`Your server or your full handle +${mastodon}\n`))
  expect(said).toMatch(/App password +ada-password\n/)
  expect(said).toMatch(new RegExp(`Server +${bluesky}\n`))
  expect(said).toContain(`${mastodon}/@ada`)
  expect(said).toContain(`${bluesky}/profile/ada.test`)
})

describe('beside a product that was started', { timeout: 120_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'simulators-'))
  let run: Awaited<ReturnType<typeof simulators>>
  let product: OwnProduct | undefined
  let at: At
  const text = 'The hut opens on Saturday.'

  beforeAll(async () => {
    run = await simulators()
    const { PATH, HOME, POSTAURA_CACHE } = process.env
    const env = { PATH, HOME, POSTAURA_CACHE, ...run.printed.env }
    product = await startOwn({ data, env })
    at = await registerOwner(product.url)
  }, 120_000)
  afterAll(async () => {
    run?.child.kill('SIGTERM')
    await product?.[Symbol.asyncDispose]()
    discard(data)
  })

  test('both are connected with what was printed, and show a post that is published', async () => {
    const { mastodon, bluesky } = run.printed
    const channelIds = [await connectMastodon(at, mastodon), await connectBluesky(at, bluesky)]
    const params = { workspaceId: at.workspaceId }
    const content = { segments: [{ text, assetIds: [] }] }
    const { id: postId } = await at.api.createPost({ params, body: { content, channelIds } })
    const onPost = { params: { ...params, postId } }
    await at.api.approvePost({ ...onPost, body: { contentVersion: 1 } })
    await at.api.publishPost(onPost)
    await vi.waitFor(async () => expect((await at.api.getPost(onPost)).shown).toBe('published'), {
      timeout: 30_000,
      interval: 200,
    })
    for (const { page } of [mastodon, bluesky])
      expect((await (await fetch(page)).text()).split(text), page).toHaveLength(2)
  })

  test('end with Ctrl-C, and with them what they kept', async () => {
    run.child.kill('SIGINT')
    expect(await run.ended).toBe(0)
    await expect(fetch(run.printed.mastodon.page)).rejects.toThrow()
    await expect(fetch(run.printed.bluesky.page)).rejects.toThrow()
  })
})
