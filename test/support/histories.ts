/** Recorded histories of workflows: written anew by `RECORD_HISTORIES=1`, replayed against the present code by every test run. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { Worker } from '@temporalio/worker'
import { inject } from 'vitest'

const folder = fileURLToPath(new URL('../histories/', import.meta.url))
const fileOf = (type: string, name: string): string => join(folder, type, `${name}.json`)

/** Keeps the history of a workflow that has ended, when asked to; who ran it on which machine is left out. */
export async function recordHistory(
  client: Client,
  type: string,
  name: string,
  workflowId: string,
): Promise<void> {
  if (!process.env.RECORD_HISTORIES) return
  const history = await client.workflow.getHandle(workflowId).fetchHistory()
  const json = historyToJSON(history)
    .replace(/"identity":\s*"[^"]*"/g, '"identity": "worker"')
    .replace(/"name":\s*"[^"]*:\d+-[0-9a-f]{32}"/g, '"name": "sticky"')
  mkdirSync(join(folder, type), { recursive: true })
  writeFileSync(fileOf(type, name), `${JSON.stringify(JSON.parse(json), null, 1)}\n`)
}

/** Names of the recorded histories of a workflow. */
export function recordedHistories(type: string): string[] {
  const at = join(folder, type)
  return existsSync(at) ? readdirSync(at).map((file) => file.replace(/\.json$/, '')) : []
}

export const historyText = (type: string, name: string): string =>
  readFileSync(fileOf(type, name), 'utf8')

/** Replays a history against the present bundle; throws when the workflow would decide otherwise than it did. */
export async function replay(text: string): Promise<void> {
  const codePath = inject('workflowBundle')
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, JSON.parse(text), 'replayed')
}
