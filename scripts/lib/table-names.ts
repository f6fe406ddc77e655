/**
 * SQL is text, so no import rule sees it: this reads the tables that each subject's statements name, and finds those of a subject that it may
 * not know.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lowerOf, subjects, type Subject } from './subjects.ts'

/** Tables that have no model; whose they are. */
const withoutModel: [table: string, subject: Subject][] = [
  ['outbox', 'platform'],
  ['events', 'platform'],
  ['heartbeats', 'platform'],
  ['periodic_jobs', 'platform'],
  ['job_runs', 'platform'],
  ['allowances', 'platform'],
]
/** Layers whose statements are looked at. An answer of the API may be put together from several subjects' rows. */
const layers = ['core', 'activities']

/** Tables by name with the subject whose model binds them, in the tree at `root`. */
export function tableOwners(root: string): Map<string, Subject> {
  const owners = new Map(withoutModel)
  for (const file of sources(root, 'core')) {
    const [, subject] = file.split('/')
    const table = /tableName: '(\w+)'/.exec(readFileSync(join(root, file), 'utf8'))?.[1]
    if (table && isSubject(subject)) owners.set(table, subject)
  }
  return owners
}

/** One line for each statement that names a table it may not know. */
export function foreignTables(root: string): string[] {
  const owners = tableOwners(root)
  return layers.flatMap((layer) =>
    sources(root, layer).flatMap((file) => {
      const [, subject] = file.split('/')
      if (!isSubject(subject)) return []
      const known = [subject, ...lowerOf(subject)]
      return [...new Set(tablesIn(readFileSync(join(root, file), 'utf8'), owners))]
        .filter((table) => !known.includes(owners.get(table)!))
        .map(
          (table) =>
            `${file}: names the table ${table} of ${owners.get(table)}, which ${subject} may not know`,
        )
    }),
  )
}

/** Names of tables where a statement has them: behind from, join, update, into and in lists after from. */
function* tablesIn(text: string, owners: Map<string, Subject>): Generator<string> {
  for (const [, first, list = ''] of text.matchAll(
    /\b(?:from|join|update|into)\s+(?:only\s+)?"?(\w+)"?((?:\s+\w+)?(?:,\s*\w+(?:\s+\w+)?)*)/gi,
  ))
    for (const name of [first!, ...list.split(/\W+/)]) if (owners.has(name)) yield name
}

const isSubject = (name: string | undefined): name is Subject =>
  (subjects as string[]).includes(name ?? '')

/** TypeScript files of a layer, as paths below `root`. */
function sources(root: string, layer: string): string[] {
  return readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${layer}/${file.replaceAll('\\', '/')}`)
}
