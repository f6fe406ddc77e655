import { lastLine, runVitest } from './lib/vitest.ts'

// The slow real servers: fetched into the cache by the tests themselves, and named when one cannot be had.
const counts = await runVitest(['--project', 'peers', ...process.argv.slice(2)], {
  POSTAURA_TEST_PEERS: '1',
})
process.exitCode = counts.failed > 0 ? 1 : 0
console.log(lastLine(counts))
