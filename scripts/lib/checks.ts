import { existsSync } from 'node:fs'
import { namedNetworks } from './network-names.ts'
import { inRoot } from './paths.ts'
import { type Outcome, runTool } from './run-tool.ts'
import type { Voice } from './say.ts'
import { foreignTables } from './table-names.ts'
import { hasWeb, syncWeb } from './web.ts'

interface Check {
  name: string
  run(): Promise<Outcome>
}

const folders = ['contract', 'core', 'networks', 'llm', 'api', 'activities', 'workflows']
const others = ['policies', 'migrations', 'web', 'scripts', 'test', 'bench']
const here = (): string[] => [...folders, ...others].filter((folder) => existsSync(inRoot(folder)))

async function checkSvelte(): Promise<Outcome> {
  if (!hasWeb()) return { code: 0, output: '' }
  await syncWeb()
  return runTool('svelte-check', ['--output', 'human', '--fail-on-warnings'], inRoot('web'))
}

async function checkTables(): Promise<Outcome> {
  const found = foreignTables(inRoot())
  return { code: found.length, output: found.join('\n') }
}

async function checkNames(): Promise<Outcome> {
  const found = namedNetworks(inRoot())
  return { code: found.length, output: found.join('\n') }
}

/** The long ones first: two run at a time, and the short ones fill the gaps. */
const checks: Check[] = [
  { name: 'lint (eslint)', run: () => runTool('eslint', ['.', '--max-warnings', '0']) },
  { name: 'types of the web (svelte-check)', run: checkSvelte },
  { name: 'types (tsc)', run: () => runTool('tsc', ['-p', 'tsconfig.json']) },
  {
    name: 'format (prettier)',
    run: () => runTool('prettier', ['--check', '--log-level=warn', '.']),
  },
  {
    name: 'import rules (dependency-cruiser)',
    run: () => runTool('depcruise', ['--config', '.dependency-cruiser.mjs', ...here()]),
  },
  { name: 'table names in SQL', run: checkTables },
  { name: 'names of networks', run: checkNames },
  { name: 'dead code (knip)', run: () => runTool('knip', ['--no-progress', '--no-config-hints']) },
]

async function runCheck(check: Check, voice: Voice): Promise<boolean> {
  const failed = new Error(check.name)
  try {
    await voice.step(check.name, async () => {
      const { code, output } = await check.run()
      if (code === 0) return
      voice.line(output.trim())
      throw failed
    })
    return true
  } catch (error) {
    if (error !== failed) voice.line(String(error))
    return false
  }
}

/** Runs all checks, two at a time, printing what the failing ones say. */
export async function runChecks(voice: Voice): Promise<{ passed: number; failed: number }> {
  const waiting = [...checks]
  let passed = 0
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (await runCheck(check, voice)) passed += 1
    }
  }
  await Promise.all([work(), work()])
  return { passed, failed: checks.length - passed }
}
