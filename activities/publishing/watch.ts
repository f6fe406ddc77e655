/** Activities that look after the system itself. */
import type { Context } from '../../core/platform/context.ts'
import { watchSweeper } from '../../core/publishing/sweeper-watch.ts'

export function createMaintenanceActivities(ctx: Pick<Context, 'db' | 'log' | 'now' | 'config'>) {
  return {
    /** `walking` or `standing`. */
    checkSweeper: (): Promise<string> => watchSweeper(ctx),
  }
}

export type MaintenanceActivities = ReturnType<typeof createMaintenanceActivities>
