import { ensureWeb } from '../../scripts/lib/web.ts'
import { browserPath } from './browser.ts'

/** Set-up of the browser tests: the pages they open are the built ones, and the browser is unpacked before its first test is timed. */
export async function setup(): Promise<void> {
  await Promise.all([ensureWeb(), browserPath()])
}
