/** What may be said of a post after a fault, and the faults there are. */
import { expect } from 'vitest'
import type { Step } from '../../activities/publishing/steps.ts'
import type { FaultKind } from '../support/simulators/faults.ts'
import type { Scene, Sent } from './scene.ts'
import type { NetworkName } from './sides.ts'

export const steps: Step[] = [
  'loaded',
  'refreshed',
  'prepared',
  'waited',
  'before arming',
  'armed',
  'before sending',
  'sent',
  'before settling',
  'settled',
]
export const kinds: FaultKind[] = [
  'reset_before',
  'error_before',
  'lost_reply',
  'error_after',
  'cut_reply',
  'slow',
]
export const networks: NetworkName[] = ['page', 'mastodon', 'bluesky']

/** Once on the network and known to be there, or a person is asked. */
export async function expectOnce(
  scene: Pick<Scene, 'visible'>,
  sent: Pick<Sent, 'text' | 'state'>,
): Promise<void> {
  const seen = await scene.visible(sent.text)
  expect(seen, `${sent.state}, seen ${seen} times`).toBeLessThanOrEqual(1)
  if (seen === 1) expect(['published', 'unconfirmed']).toContain(sent.state)
  else expect(sent.state).toBe('unconfirmed')
}
