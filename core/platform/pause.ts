import { setTimeout } from 'node:timers/promises'
import { assertOutside } from './db.ts'

/** Waits. Never while rows are locked. */
export async function pause(ms: number): Promise<void> {
  assertOutside('waiting')
  await setTimeout(ms)
}
