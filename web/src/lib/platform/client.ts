/** The API from the browser: the same typed client as everywhere, over fetch. */
import { createClient, fetchTransport } from '#contract/client.ts'

export const api = createClient(fetchTransport(''))

/** A key that makes a POST safe to send twice. Works on plain http too, where randomUUID does not exist. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
