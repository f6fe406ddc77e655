import { proxyActivities } from '@temporalio/workflow'
import type { MaintenanceActivities } from '../../activities/publishing/watch.ts'
import { profiles } from '../platform/profiles.ts'

/** Looks whether the sweeper still walks; told by a schedule, so that it is heard of when no worker of ours would notice. */
export async function watchSweeper(): Promise<string> {
  const { checkSweeper } = proxyActivities<MaintenanceActivities>(profiles.read)
  return checkSweeper()
}
