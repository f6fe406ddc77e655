/** `npm run faults -- --seed N --count N [--network NAME]`: random fault scripts against publishing; one JSON line at the end. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '30' },
    network: { type: 'string' },
  },
})
const out = join(mkdtempSync(join(tmpdir(), 'postaura-faults-')), 'tally.json')
const vitest = new URL('../../node_modules/vitest/vitest.mjs', import.meta.url).pathname
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--project', 'faults', 'test/faults/random.test.ts'],
  {
    stdio: ['ignore', 2, 2],
    env: {
      ...process.env,
      FAULTS_SEED: values.seed,
      FAULTS_COUNT: values.count,
      FAULTS_OUT: out,
      ...(values.network ? { FAULTS_NETWORK: values.network } : {}),
    },
  },
)
if (existsSync(out)) console.log(readFileSync(out, 'utf8'))
process.exit(status ?? 1)
