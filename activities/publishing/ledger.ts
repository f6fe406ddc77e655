/** The ledger as a wave uses it: what many deliveries of one workspace write at one time is one unit of work, each row still for itself. */
import { arm, type Armed, type Next } from '../../core/publishing/arming.ts'
import type { Arming } from '../../core/publishing/attempts.ts'
import { settle, type Answered } from '../../core/publishing/settling.ts'
import { createBatches } from './batches.ts'
import type { Deps } from './delivering.ts'

export interface Ledger {
  arm(arming: Arming): Promise<Armed>
  settle(answered: Answered): Promise<Next>
}

/** Large enough that commits cost nothing, small enough that nobody waits long for the rows. */
const armedAtOnce = 100
const settledAtOnce = 50

export function createLedger({ ctx, limiter }: Pick<Deps, 'ctx' | 'limiter'>): Ledger {
  const workspaceOf = ({ workspaceId }: { workspaceId: string }) => workspaceId
  return {
    arm: createBatches({ sizeMax: armedAtOnce, width: 3 }, workspaceOf, (armings: Arming[]) =>
      limiter.run('now', () => arm(ctx, armings)),
    ),
    settle: createBatches({ sizeMax: settledAtOnce, width: 3 }, workspaceOf, (all: Answered[]) =>
      limiter.run('soon', () => settle(ctx, all)),
    ),
  }
}
