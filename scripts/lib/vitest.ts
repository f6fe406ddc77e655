import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Counts } from './counts-reporter.ts'
import { inRoot, root } from './paths.ts'
import { toolEnvironment } from './run-tool.ts'

function read(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts
  } catch {
    // It ended before it could count, in its set-up for instance.
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

/** Runs vitest with its ordinary output and gives back what it counted. */
export async function runVitest(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'counts-'))
  const file = join(folder, 'counts.json')
  const reporters = ['--reporter=default', `--reporter=${inRoot('scripts/lib/counts-reporter.ts')}`]
  const child = spawn(inRoot('node_modules', '.bin', 'vitest'), ['run', ...reporters, ...args], {
    cwd: root,
    env: { ...toolEnvironment(), ...env, POSTAURA_COUNTS: file },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise<number>((resolve) => child.once('close', (c) => resolve(c ?? 1)))
  const counts = read(file)
  rmSync(folder, { recursive: true, force: true })
  // Whatever made the run fail without failing a test still is a failure.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/** The stable last line of `npm test` and `npm run test:peers`. */
export const lastLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`
