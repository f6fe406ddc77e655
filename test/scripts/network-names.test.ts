import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { namedNetworks } from '../../scripts/lib/network-names.ts'
import { inRoot } from '../../scripts/lib/paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'network-names-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const layers = ['contract', 'core', 'llm', 'api', 'activities', 'workflows', 'policies']

/** A tree with two networks, `page` among them, and these files. */
function tree(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(folder, 'tree-'))
  for (const layer of [...layers, 'migrations', 'web/src', 'networks/page', 'networks/heron'])
    mkdirSync(join(root, layer), { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return namedNetworks(root)
}

test('nothing outside networks/ names a network', () => {
  expect(namedNetworks(inRoot())).toEqual([])
})

test.each([
  ['core/channels/x.ts', `if (channel.network === 'heron') return`, 'heron'],
  ['core/channels/x.ts', `import { createHeron } from './elsewhere.ts'`, 'heron'],
  ['api/x.ts', `// Heron sends people back elsewhere.`, 'heron'],
  ['web/src/lib/x.svelte', `<NetworkMark network="page" />`, 'page'],
  ['core/x.ts', "const sql = `select 1 from channels where network <> 'page'`", 'page'],
  ['core/demo/x.ts', `ctx.networks.page!.compose()`, 'page'],
  ['core/page/x.ts', `import type { Pages } from '../../networks/page/port.ts'`, 'page'],
])('a name planted in %s is found: %s', (file, text, name) => {
  expect(tree({ [file]: `\n${text}\n` })).toEqual([`${file}:2: names the network ${name}`])
})

test('words, rooms and values that only sound like a network are none, nor is what its own folder says', () => {
  const files = {
    'core/page/pages.ts': `import { page } from '../page/page.ts'\nexport const url = (page: string) => page`,
    'web/src/lib/x.svelte': `<a aria-current={here ? 'page' : undefined}>page</a>\n<div class="page"></div>`,
    'networks/heron/manifest.ts': `export const name = 'heron'`,
  }
  expect(tree(files)).toEqual([])
})
