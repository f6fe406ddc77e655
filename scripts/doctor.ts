import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { keptPorts } from './lib/chosen-ports.ts'
import {
  databaseFinding,
  diskFinding,
  type Finding,
  folderFinding,
  keysFinding,
  loginFinding,
  nodeFinding,
  portFindings,
  processFindings,
  readyFinding,
  temporalFinding,
} from './lib/health.ts'
import { dataFolder, loadEnvironmentFile } from './lib/paths.ts'
import { type Place, placeOf } from './lib/place.ts'
import { hostingOf } from './lib/hosting.ts'
import { runtimeUrl } from './lib/postgres.ts'
import { readRunState, type RunState } from './lib/run-state.ts'
import { readSecrets } from './lib/secrets.ts'

loadEnvironmentFile()
const { values } = parseArgs({ options: { data: { type: 'string' } } })

const nearest = (folder: string): string => (existsSync(folder) ? folder : nearest(dirname(folder)))

/** What holds whether the system runs or not. */
function standing(place: Place): Finding[] {
  const { host, problems } = hostingOf(process.env)
  return [
    nodeFinding(),
    folderFinding(place.data),
    diskFinding(nearest(place.data)),
    keysFinding(place),
    ...problems.map((text) => ({
      name: 'Hosting',
      said: `HOST is ${host}`,
      advice: `set ${text}`,
    })),
  ]
}

/** What only a system that was started has. */
async function moving(place: Place, state: RunState): Promise<Finding[]> {
  const ports = keptPorts(place.data)
  const looked = [
    ...databaseFindings(process.env.DATABASE_URL || embeddedUrl(place, ports.postgres)),
    temporalFinding(process.env.TEMPORAL_ADDRESS || `127.0.0.1:${ports.temporal}`),
    readyFinding(`http://127.0.0.1:${ports.web}`),
  ]
  return [...processFindings(place, state), ...(await Promise.all(looked)).flatMap((f) => f ?? [])]
}

const databaseFindings = (url: string) => [databaseFinding(url), loginFinding(url)]

function embeddedUrl(place: Place, port: number): string {
  const { POSTGRES_PASSWORD: password = '', POSTGRES_RUNTIME_PASSWORD: runtimePassword = '' } =
    readSecrets(place.keyFile)
  return runtimeUrl({ port, password, runtimePassword })
}

/** A stopped system: the ports it would take, and the outside servers it would need. */
async function stopped(place: Place): Promise<Finding[]> {
  const { DATABASE_URL, TEMPORAL_ADDRESS } = process.env
  const looked = [
    ...(DATABASE_URL ? databaseFindings(DATABASE_URL) : []),
    ...(TEMPORAL_ADDRESS ? [temporalFinding(TEMPORAL_ADDRESS)] : []),
  ]
  return [
    { name: 'PostAura', said: 'not running (npm start)' },
    ...(await portFindings(keptPorts(place.data))),
    ...(await Promise.all(looked)).flatMap((f) => f ?? []),
  ]
}

const place = placeOf(dataFolder(values.data))
const state = readRunState(place.data)
const findings = [...standing(place), ...(await (state ? moving(place, state) : stopped(place)))]
for (const { name, said, advice } of findings) {
  console.log(`${advice ? '✗' : '✓'} ${name}: ${said}${advice ? `\n    → ${advice}` : ''}`)
}
const todo = findings.flatMap(({ advice }) => (advice ? [advice] : []))
process.exitCode = todo.length > 0 ? 1 : 0
console.log(todo.length > 0 ? `to do: ${todo.join('; ')}` : 'ok')
