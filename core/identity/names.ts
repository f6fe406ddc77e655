/** Names and addresses of people, looked up when needed and never stored beside their work. */
import { rows } from '../platform/db.ts'

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

/** The e-mail address of a person, in their own unit of work; null: there is no such person. */
export async function emailOf(personId: string): Promise<string | null> {
  const [found] = await rows<{ email: string }>('select email from persons where id = $1', [
    personId,
  ])
  return found?.email ?? null
}
