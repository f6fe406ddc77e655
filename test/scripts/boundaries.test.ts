import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ESLint } from 'eslint'
import { afterAll, expect, test } from 'vitest'
import { inRoot } from '../../scripts/lib/paths.ts'
import { runTool } from '../../scripts/lib/run-tool.ts'
import { lowerOf, subjects } from '../../scripts/lib/subjects.ts'
import { foreignTables, tableOwners } from '../../scripts/lib/table-names.ts'

const folder = mkdtempSync(join(tmpdir(), 'boundaries-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A tree of the smallest files that break one rule each, beside some that break none. */
const files: Record<string, string> = {
  'contract/posts.ts': `import { z } from 'zod'\nexport const post = z.string()`,
  'contract/bad.ts': `import { log } from '../core/log.ts'\nexport const x = log`,
  'core/log.ts': `export const log = 1`,
  'core/platform/start.ts': `import { flow } from '../../workflows/flow.ts'\nexport const y = flow`,
  'core/platform/typed.ts': `import type { Flow } from '../../workflows/flow.ts'\nexport type T = Flow`,
  'core/platform/one.ts': `import { two } from './two.ts'\nexport const one = () => two`,
  'core/platform/two.ts': `import { one } from './one.ts'\nexport const two = () => one`,
  'core/platform/up.ts': `import { log } from '../log.ts'\nexport const u = log`,
  'core/publishing/ledger.ts': `import { channel } from '../channels/channel.ts'\nexport const l = channel`,
  'core/channels/channel.ts': `export const channel = 1`,
  'core/channels/upward.ts': `import { l } from '../publishing/ledger.ts'\nexport const c = l`,
  'core/channels/typed.ts': `import type { l } from '../publishing/ledger.ts'\nexport type C = typeof l`,
  'workflows/flow.ts': `import pg from 'pg'\nexport type Flow = 1\nexport const flow = pg`,
  'workflows/acts.ts': `import { act } from '../activities/act.ts'\nexport const z = act`,
  'activities/act.ts': `export const act = 1`,
  'networks/page/manifest.ts': `import { log } from '../../core/log.ts'\nexport const r = log`,
  'networks/page/network.ts': `export const n = 1`,
  'contract/routes.ts': `export const routes = 1`,
  'contract/post/routes.ts': `import { post } from '../posts.ts'\nexport const r = post`,
  'contract/client.ts': `import { z } from 'zod'\nimport { routes } from './routes.ts'\nexport const c = [z, routes]`,
  'web/src/good.ts': `import type { post } from '../../contract/posts.ts'\nexport { routes } from '../../contract/routes.ts'\nexport type G = typeof post`,
  'web/src/good.server.ts': `import { post } from '../../contract/posts.ts'\nexport const g = post`,
  'web/src/loads.ts': `import { post } from '../../contract/posts.ts'\nexport const l = post`,
  'web/src/Good.svelte': `<script lang="ts">\n  import type { post } from '../../contract/posts.ts'\n  let { p }: { p: typeof post } = $props()\n</script>\n{p}`,
  'web/src/Loads.svelte': `<script lang="ts">\n  import { post } from '../../contract/posts.ts'\n</script>\n{post}`,
  'web/src/bad.ts': `import { n } from '../../networks/page/network.ts'\nexport const b = n`,
  'migrations/0001.ts': `import { log } from '../core/log.ts'\nexport const up = log`,
  'api/oracle.ts': `import fernet from 'fernet'\nexport const f = fernet`,
}

const broken = [
  'api/oracle.ts: production-without-development-packages',
  'contract/bad.ts: contract-imports-only-its-own',
  'contract/client.ts: browser-loads-no-schemas',
  'contract/post/routes.ts: browser-loads-no-schemas',
  'core/channels/typed.ts: channels-knows-only-lower-subjects',
  'core/channels/upward.ts: channels-knows-only-lower-subjects',
  'core/platform/one.ts: no-circular',
  'core/platform/start.ts: core-imports-types-alone',
  'core/platform/up.ts: core-has-rooms',
  'migrations/0001.ts: migrations-imports-only-its-own',
  'networks/page/manifest.ts: manifests-are-pure',
  'networks/page/manifest.ts: networks-imports-only-its-own',
  'web/src/Loads.svelte: browser-loads-no-schemas',
  'web/src/bad.ts: web-imports-only-its-own',
  'web/src/loads.ts: browser-loads-no-schemas',
  'workflows/acts.ts: workflows-imports-types-alone',
  'workflows/flow.ts: workflows-runs-without-other-packages',
]

interface Report {
  summary: { violations: { from: string; rule: { name: string } }[] }
}

test('each import that the table forbids is found, and no other', async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  for (const name of ['node_modules', 'package.json', 'tsconfig.json', '.dependency-cruiser.mjs']) {
    symlinkSync(inRoot(name), join(folder, name))
  }
  const tops = [...new Set(Object.keys(files).map((name) => name.split('/')[0] as string))]
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...tops]
  const { output } = await runTool('depcruise', args, folder)
  const { summary } = JSON.parse(output) as Report
  const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`)
  expect([...new Set(found)].sort()).toEqual(broken)
})

test('a statement on the tables of a higher subject is found, and one on a lower subject’s is not', () => {
  const plant = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  plant('core/channels/models/channel.ts', `tableName: 'channels'`)
  plant('core/publishing/models/delivery.ts', `tableName: 'deliveries'`)
  plant('core/publishing/down.ts', '`select 1 from deliveries d join channels c on true`')
  plant('core/channels/up.ts', '`select (select max(at) from deliveries d) from channels`')
  plant('activities/channels/up.ts', '`select 1 from channels c, deliveries d`')
  const found = foreignTables(folder).map((line) => line.split(':')[0])
  expect(found.sort()).toEqual(['activities/channels/up.ts', 'core/channels/up.ts'])
})

test('every table is somebody’s, and no subject stands above itself', () => {
  expect(tableOwners(inRoot()).size).toBeGreaterThan(25)
  for (const subject of subjects) expect(lowerOf(subject)).not.toContain(subject)
})

/** Text that breaks a rule, as if it stood in that file. */
const forbidden: [file: string, text: string, rule: string][] = [
  ['api/posts/x.ts', `export const port = process.env.PORT`, 'no-restricted-syntax'],
  ['core/posts/x.ts', `export default 1`, 'no-restricted-syntax'],
  ['core/posts/x.ts', `export const o = { a: 1, ...{ b: 2 } }`, 'no-restricted-syntax'],
  [
    'core/posts/x.ts',
    `export const t = (s: any) => s.transaction(() => 1)`,
    'no-restricted-syntax',
  ],
  [
    'core/posts/x.ts',
    `export const f = () => {\n${'  void 0\n'.repeat(70)}}`,
    'max-lines-per-function',
  ],
  ['core/posts/x.ts', `void 0\n`.repeat(301), 'max-lines'],
  ['workflows/posts/x.ts', `export const f = new Intl.NumberFormat()`, 'no-restricted-globals'],
  ['workflows/posts/x.ts', `export const s = (1).toLocaleString()`, 'no-restricted-syntax'],
  [
    'workflows/posts/x.ts',
    `import { readFileSync } from 'node:fs'\nreadFileSync('x')`,
    'no-restricted-imports',
  ],
]

test.each(forbidden)('lint refuses in %s: %s', async (file, text, rule) => {
  // Rules that need types need a file of the project, which these are not.
  const eslint = new ESLint({
    cwd: inRoot(),
    overrideConfig: {
      files: ['**/*.ts'],
      languageOptions: { parserOptions: { projectService: false } },
      rules: {
        '@typescript-eslint/no-floating-promises': 'off',
        '@typescript-eslint/no-misused-promises': 'off',
      },
    },
  })
  const [result] = await eslint.lintText(text, { filePath: inRoot(file) })
  expect(result?.messages.map(({ ruleId }) => ruleId)).toContain(rule)
})
