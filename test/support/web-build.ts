import { ensureWeb } from '../../scripts/lib/web.ts'

/** Set-up of the browser tests: the pages they open are the built ones. */
export async function setup(): Promise<void> {
  await ensureWeb()
}
