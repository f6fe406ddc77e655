import { writeFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** What a run of tests came to. */
export interface Counts {
  passed: number
  failed: number
  skipped: number
}

const reasonOf = (test: TestCase): string => {
  const result = test.result()
  const note = result.state === 'skipped' ? result.note : undefined
  return note ?? `see ${test.module.relativeModuleId}`
}

/** A file or a describe block that failed without any of its tests failing (a broken import, a hook) is one failure. */
const brokenOutsideTests = (module: TestModule): number =>
  module.errors().length +
  [...module.children.allSuites()].flatMap((suite) => suite.errors()).length

/**
 * Says each skipped test aloud with its reason (`ctx.skip('reason')`) and writes the counts to the file that
 * POSTAURA_COUNTS names.
 */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const inState = (state: string): TestCase[] => tests.filter((t) => t.result().state === state)
    const broken = modules.reduce((sum, module) => sum + brokenOutsideTests(module), 0)
    const skipped = [...inState('skipped'), ...inState('pending')]
    for (const test of skipped) console.log(`skipped: ${test.fullName}: ${reasonOf(test)}`)
    const counts: Counts = {
      passed: inState('passed').length,
      failed: inState('failed').length + broken + unhandled.length,
      skipped: skipped.length,
    }
    if (process.env.POSTAURA_COUNTS) {
      writeFileSync(process.env.POSTAURA_COUNTS, JSON.stringify(counts))
    }
  }
}
