import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ESLint } from 'eslint'
import { afterAll, expect, test } from 'vitest'
import { inRoot } from '../../scripts/lib/paths.ts'
import { runTool } from '../../scripts/lib/run-tool.ts'

const folder = mkdtempSync(join(tmpdir(), 'boundaries-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A tree of the smallest files that break one rule each, beside some that break none. */
const files: Record<string, string> = {
  'contract/posts.ts': `import { z } from 'zod'\nexport const post = z.string()`,
  'contract/bad.ts': `import { log } from '../core/log.ts'\nexport const x = log`,
  'core/log.ts': `export const log = 1`,
  'core/start.ts': `import { flow } from '../workflows/flow.ts'\nexport const y = flow`,
  'core/typed.ts': `import type { Flow } from '../workflows/flow.ts'\nexport type T = Flow`,
  'core/one.ts': `import { two } from './two.ts'\nexport const one = () => two`,
  'core/two.ts': `import { one } from './one.ts'\nexport const two = () => one`,
  'workflows/flow.ts': `import pg from 'pg'\nexport type Flow = 1\nexport const flow = pg`,
  'workflows/acts.ts': `import { act } from '../activities/act.ts'\nexport const z = act`,
  'activities/act.ts': `export const act = 1`,
  'networks/page/manifest.ts': `import { log } from '../../core/log.ts'\nexport const r = log`,
  'networks/page/network.ts': `export const n = 1`,
  'web/src/good.ts': `import { post } from '../../contract/posts.ts'\nexport const g = post`,
  'web/src/bad.ts': `import { n } from '../../networks/page/network.ts'\nexport const b = n`,
  'migrations/0001.ts': `import { log } from '../core/log.ts'\nexport const up = log`,
  'api/oracle.ts': `import fernet from 'fernet'\nexport const f = fernet`,
}

const broken = [
  'api/oracle.ts: production-without-development-packages',
  'contract/bad.ts: contract-imports-only-its-own',
  'core/one.ts: no-circular',
  'core/start.ts: core-imports-types-alone',
  'migrations/0001.ts: migrations-imports-only-its-own',
  'networks/page/manifest.ts: manifests-are-pure',
  'networks/page/manifest.ts: networks-imports-only-its-own',
  'web/src/bad.ts: web-imports-only-its-own',
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

/** Text that breaks a rule, as if it stood in that file. */
const forbidden: [file: string, text: string, rule: string][] = [
  ['api/handlers/x.ts', `export const port = process.env.PORT`, 'no-restricted-syntax'],
  ['core/x.ts', `export default 1`, 'no-restricted-syntax'],
  ['core/x.ts', `export const t = (s: any) => s.transaction(() => 1)`, 'no-restricted-syntax'],
  ['core/x.ts', `export const f = () => {\n${'  void 0\n'.repeat(70)}}`, 'max-lines-per-function'],
  ['core/x.ts', `void 0\n`.repeat(301), 'max-lines'],
  ['workflows/x.ts', `export const f = new Intl.NumberFormat()`, 'no-restricted-globals'],
  ['workflows/x.ts', `export const s = (1).toLocaleString()`, 'no-restricted-syntax'],
  [
    'workflows/x.ts',
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
