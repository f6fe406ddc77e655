/**
 * How long somebody waits: `npm run bench -- start`. A fresh clone of the newest commit, with npm's cache warm, until its dashboard can be used; the
 * second start; and the memory of the whole process tree a minute after somebody used it.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inRoot } from '../scripts/lib/paths.ts'
import {
  discard,
  owner,
  registerOwner,
  startOwn,
  type OwnProduct,
} from '../scripts/lib/own-product.ts'
import { openBrowser } from '../test/support/browser.ts'
import { rounded, tell, type Figure } from './support/figures.ts'
import { memoryOf, treeOf } from './support/process-tree.ts'

const restMs = 60_000

/** Milliseconds until a browser shows the page on which somebody new begins. */
async function usable(product: OwnProduct): Promise<number> {
  const since = performance.now()
  const answer = await fetch(`${product.url}/register`)
  const html = await answer.text()
  if (!answer.ok || !html.includes('Create account')) throw new Error('the page is not usable')
  return product.tookMs + performance.now() - since
}

/** One journey: an account, its page switched on, a post published, the pages looked at. */
async function journey({ url }: OwnProduct): Promise<void> {
  const { api, workspaceId } = await registerOwner(url)
  const params = { workspaceId }
  const { page } = await api.getWorkspace({ params })
  const { url: _url, ...site } = page
  await api.updatePage({ params, body: { ...site, on: true, imprint: 'Example' } })
  const { data: channels } = await api.listChannels({ params })
  const content = { segments: [{ text: 'Hello from a benchmark.' }] }
  const post = await api.createPost({ params, body: { content, channelIds: [channels[0]!.id] } })
  const at = { ...params, postId: post.id }
  await api.approvePost({ params: at, body: { contentVersion: post.contentVersion } })
  await api.publishPost({ params: at })
  while ((await api.getPost({ params: at })).shown !== 'published') await wait(100)
  const browser = await openBrowser()
  const context = await browser.newContext()
  await context.request.post(`${url}/api/v1/sign-in`, { data: owner, headers: { origin: url } })
  const tab = await context.newPage()
  for (const place of ['', '/campaigns', '/calendar', '/posts', `/posts/${post.id}`])
    await tab.goto(`${url}/w/${workspaceId}${place}`, { waitUntil: 'load' })
  await browser.close()
}

async function measureMemory(product: OwnProduct): Promise<Figure[]> {
  if (process.platform !== 'linux') return []
  await journey(product)
  await wait(restMs)
  return [
    { what: 'processes', name: 'processes', value: treeOf(product).length },
    {
      what: 'memory of all of them (PSS), 60 s after a journey',
      name: 'memory_pss_mb',
      value: Math.round(memoryOf(product)),
      goal: '< 1,000 MB',
    },
  ]
}

const folder = mkdtempSync(join(tmpdir(), 'postaura-start-'))
const checkout = join(folder, 'postaura')
const data = join(folder, 'data')
try {
  execFileSync('git', ['clone', '--quiet', inRoot(), checkout])
  const figures: Figure[] = []
  {
    await using first = await startOwn({ data, checkout })
    const value = rounded((await usable(first)) / 1000)
    figures.push({
      what: 'fresh clone to usable page',
      name: 'first_start_s',
      value,
      goal: '<= 120 s',
    })
  }
  {
    await using second = await startOwn({ data, checkout })
    const value = rounded((await usable(second)) / 1000)
    figures.push({ what: 'second start', name: 'second_start_s', value, goal: '<= 8 s' })
    figures.push(...(await measureMemory(second)))
  }
  tell('npm run bench -- start', figures)
} finally {
  discard(data)
  rmSync(folder, { recursive: true, force: true })
}
