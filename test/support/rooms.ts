/** Which rooms of the product a piece of work enters, by V8's own count of the functions that ran. */
import { Session, type Profiler } from 'node:inspector/promises'
import { inRoot } from '../../scripts/lib/paths.ts'

/** What everything stands on does not count as a room that one has to know. */
const ground = ['platform', '']
/** Layers that are one room each. */
const whole = ['networks', 'policies', 'llm', 'workflows', 'activities']

/** `core/posts` of `…/core/posts/posts.ts`; null: no room of ours. */
export function roomOf(url: string): string | null {
  const file = decodeURIComponent(url.replace(/^file:\/\//, ''))
  if (!file.startsWith(inRoot('/'))) return null
  const [layer = '', ...rest] = file.slice(inRoot('/').length).split('/')
  if (whole.includes(layer)) return layer
  if (layer !== 'api' && layer !== 'core') return null
  const subject = rest.length > 1 ? rest[0]! : ''
  if (layer === 'core') return ground.includes(subject) ? null : `core/${subject}`
  return ground.includes(subject) ? 'api' : `api/${subject}`
}

/** Runs `work` and returns the rooms of which a function ran meanwhile, sorted. Warm up first: loading a module is no visit. */
export async function roomsEntered(work: () => Promise<unknown>): Promise<string[]> {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
    await session.post('Profiler.takePreciseCoverage')
    await work()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return [...new Set(result.flatMap(visited))].sort()
  } finally {
    session.disconnect()
  }
}

function visited({ url, functions }: Profiler.ScriptCoverage): string[] {
  const room = roomOf(url)
  const ran = functions.some((f) => f.functionName && f.ranges.some(({ count }) => count > 0))
  return room && ran ? [room] : []
}
