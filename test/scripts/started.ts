import { type ChildProcess, spawn } from 'node:child_process'
import { inRoot } from '../../scripts/lib/paths.ts'

export interface Run {
  child: ChildProcess
  /** Resolves with the code when it has ended. */
  ended: Promise<number | null>
  stdout(): string
  stderr(): string
}

/** What a person's shell may hold, without what would change the start under test. */
const clean = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const { PATH, HOME, POSTAURA_CACHE } = process.env
  return { PATH, HOME, ...(POSTAURA_CACHE ? { POSTAURA_CACHE } : {}), ...env }
}

/** Runs `node scripts/bootstrap.mjs …` as npm would. */
export function command(args: string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [inRoot('scripts', 'bootstrap.mjs'), ...args], {
    env: clean(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, stdout: () => stdout, stderr: () => stderr }
}

export interface Started extends Run {
  ready: { url: string; temporalUi: string; data: string; ready_ms: number }
}

/** `npm start -- --json …`, resolved when it has printed its object; rejects with what it said when it ends before. */
export async function started(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const run = command(['start', '--json', ...args], env)
  const printed = new Promise<void>((resolve) => {
    run.child.stdout?.on('data', () => run.stdout().includes('\n') && resolve())
  })
  const first = await Promise.race([printed.then(() => 'ready'), run.ended.then(() => 'ended')])
  if (first === 'ended') throw new Error(`start ended:\n${run.stderr()}`)
  return { ...run, ready: JSON.parse(run.stdout()) as Started['ready'] }
}
