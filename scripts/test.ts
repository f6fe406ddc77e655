import { temporalCli, temporalTestServer } from './lib/binaries.ts'
import { ensureBundle } from './lib/bundle.ts'
import { runChecks } from './lib/checks.ts'
import { ensureBinary } from './lib/fetch-binary.ts'
import { openVoice } from './lib/say.ts'
import { lastLine, runVitest } from './lib/vitest.ts'
import { ensureWeb } from './lib/web.ts'
import { ensureBlueskyPds } from './peers/bluesky-pds.ts'
import { ensureMastodonMock } from './peers/mastodon-mock.ts'

const voice = openVoice()

let missing = 0
/**
 * What cannot be made ready fails or skips the tests that need it, with its reason; the others still run. Continuous integration can get all
 * of it, so there a skip would hide something.
 */
async function prepare(title: string, work: (note: (text: string) => void) => Promise<unknown>) {
  try {
    await voice.step(title, work)
  } catch (error) {
    voice.line(`  ${(error as Error).message}`)
    if (process.env.CI) missing += 1
  }
}

const files = process.argv.slice(2)
await prepare('Temporal binary', (note) => ensureBinary(temporalCli, note))
await prepare('Time-skipping server', (note) => ensureBinary(temporalTestServer, note))
await prepare('Bluesky server', ensureBlueskyPds)
await prepare('Mastodon server', ensureMastodonMock)
await prepare('Workflows', ensureBundle)
await prepare('Dashboard', ensureWeb)
// Named files are for a person at work, who has the checks in the editor.
const checks = files.length > 0 ? { passed: 0, failed: 0 } : await runChecks(voice)
const projects = ['unit', 'e2e', 'faults'].flatMap((name) => ['--project', name])
const tests = await runVitest([...projects, ...files])
const counts = {
  passed: checks.passed + tests.passed,
  failed: checks.failed + tests.failed + missing,
  skipped: tests.skipped,
}
process.exitCode = counts.failed > 0 ? 1 : 0
console.log(lastLine(counts))
