/** Names of people, looked up when shown and never stored beside their work. */
import { rows } from '../core/platform/db.ts'

/** Names by id of those who share the workspace in scope; who has left is missing. In a unit of work. */
export async function namesOf(ids: (string | null | undefined)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id): id is string => !!id))]
  if (wanted.length === 0) return new Map()
  const found = await rows<{ id: string; name: string }>(
    'select id, name from persons where id = any($1::uuid[])',
    [wanted],
  )
  return new Map(found.map((p) => [p.id, p.name]))
}
