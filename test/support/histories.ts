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

/** Who ran it, and where its code lay on that machine, is left out of what is kept. */
function withoutMachine(this: unknown, key: string, value: unknown): unknown {
  if (key === 'identity') return 'worker'
  if (key === 'stackTrace') return ''
  if (key === 'name' && typeof value === 'string' && /:\d+-[0-9a-f]{32}$/.test(value))
    return 'sticky'
  return value
}

/** A workflow's history as JSON, without the machine it ran on. */
export async function historyOf(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<string> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
  return JSON.stringify(JSON.parse(historyToJSON(history), withoutMachine), null, 1)
}

/** Keeps the history of a workflow that has ended, when asked to. */
export async function recordHistory(
  client: Client,
  type: string,
  name: string,
  workflowId: string,
): Promise<void> {
  if (!process.env.RECORD_HISTORIES) return
  const json = await historyOf(client, workflowId)
  mkdirSync(join(folder, type), { recursive: true })
  writeFileSync(fileOf(type, name), `${json}\n`)
}

/** Types of workflows that have recorded histories. */
export const recordedTypes = (): string[] => readdirSync(folder)

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
