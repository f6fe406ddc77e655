import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { inRoot, root } from './paths.ts'
import { toolEnvironment } from './run-tool.ts'

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

interface Assertion {
  status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled'
  fullName: string
  meta?: { skipReason?: string }
}

interface Report {
  success: boolean
  testResults: { name: string; status: string; assertionResults: Assertion[] }[]
}

const isSkipped = ({ status }: Assertion): boolean => status !== 'passed' && status !== 'failed'

/** A file that could not be loaded has no tests to fail: it counts as one failure. */
const brokenFiles = (report: Report): number =>
  report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length

function countsOf(report: Report, code: number): Counts {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  const failed = tests.filter(({ status }) => status === 'failed').length + brokenFiles(report)
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    // An error outside of any test (a set-up, an unhandled rejection) fails the run without failing a test.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: tests.filter(isSkipped).length,
  }
}

function sayWhatWasSkipped(report: Report): void {
  for (const { name, assertionResults } of report.testResults) {
    for (const test of assertionResults.filter(isSkipped)) {
      console.log(`skipped: ${test.fullName} (${name.replace(`${root}/`, '')})`)
    }
  }
}

/** Runs vitest with its ordinary output and gives back what it counted. What was skipped is named. */
export async function runVitest(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Counts> {
  const file = inRoot('build', `vitest-${process.pid}.json`)
  mkdirSync(inRoot('build'), { recursive: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const child = spawn(inRoot('node_modules', '.bin', 'vitest'), ['run', ...reporters, ...args], {
    cwd: root,
    env: { ...toolEnvironment(), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise<number>((resolve) => child.once('close', (c) => resolve(c ?? 1)))
  if (!existsSync(file)) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  rmSync(file)
  sayWhatWasSkipped(report)
  return countsOf(report, code)
}

/** The stable last line of `npm test` and `npm run test:peers`. */
export const lastLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`
