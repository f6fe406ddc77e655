/** Addresses of people, looked up when needed and never stored beside their mails. */
import { rows } from '../platform/db.ts'

/** The e-mail address of a person, in their own unit of work; null: there is no such person. */
export async function emailOf(personId: string): Promise<string | null> {
  const [found] = await rows<{ email: string }>('select email from persons where id = $1', [
    personId,
  ])
  return found?.email ?? null
}
