/**
 * The one place that names, starts and ends workflows: ids, task queues, search attributes. Connects when first used, so that everything
 * starts while Temporal is away.
 */
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import { TypedSearchAttributes, defineSearchAttributeKey } from '@temporalio/common'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import { lackOf, mend, searchAttributeTypes } from './temporal-needs.ts'

/** Task queues by role; `queueName` puts the instance's prefix before them. */
export const mainQueue = 'main'
export const writingQueue = 'writing'
export const publishQueue = (network: string): string => `publish-${network}`
export const queueName = (config: Config, queue: string): string =>
  `${config.temporal.queuePrefix}${queue}`

/** Workflow ids: a noun and what it is about. */
export const postWorkflowId = (postId: string): string => `post:${postId}`
export const deliveryWorkflowId = (deliveryId: string, attempt: number): string =>
  `delivery:${deliveryId}:${attempt}`
export const runWorkflowId = (runId: string): string => `run:${runId}`

const keys = {
  workspaceId: defineSearchAttributeKey('WorkspaceId', searchAttributeTypes.WorkspaceId),
  campaignId: defineSearchAttributeKey('CampaignId', searchAttributeTypes.CampaignId),
  postId: defineSearchAttributeKey('PostId', searchAttributeTypes.PostId),
  network: defineSearchAttributeKey('Network', searchAttributeTypes.Network),
}

export interface Start {
  /** Name of the exported workflow. */
  type: 'publishPost' | 'deliverAgain' | 'generateCampaign'
  workflowId: string
  /** Ids and instants only: histories keep it in clear. */
  input: object
  /** When its first task may run; absent or past: now. */
  startAt?: Date
  about: { workspaceId: string; campaignId?: string | null; postId?: string; networks?: string[] }
  summary: string
}

export interface Execution {
  workflowId: string
  runId: string
}

export interface QueueReport {
  name: string
  pollers: number
  backlog: number | null
}

export interface Temporal {
  /** The raw client, for schedules and tests. */
  client: Client
  /** Starts a workflow; one that runs under the same id is ended first. */
  start(start: Start): Promise<Execution>
  /** Asks a workflow to stop; true when there was one to ask. */
  cancel(workflowId: string): Promise<boolean>
  /** Ends a workflow at once; true when there was one to end. */
  terminate(workflowId: string, reason: string, runId?: string): Promise<boolean>
  /** Deletes an execution with its history; gone already counts as done. */
  erase(execution: Execution): Promise<void>
  isRunning(workflowId: string): Promise<boolean>
  queues(names: string[]): Promise<QueueReport[]>
  schedules(): Promise<
    { id: string; lastRunAt: Date | null; nextRunAt: Date | null; note: string }[]
  >
  /** Throws when Temporal does not answer within two seconds, or lacks what we rely on. */
  check(): Promise<void>
  /** Makes the namespace and the search attributes where they are missing; true: something was. Throws when that is not ours to do. */
  mend(): Promise<boolean>
  close(): Promise<void>
}

/** A call that rows are locked for may take two seconds, no longer. */
const limitMs = 2_000

/** Connection options: TLS and keys by Temporal's own variables, address and namespace from our configuration. */
export function connectionOptions(config: Config) {
  const { connectionOptions: own } = loadClientConnectConfig({
    disableFile: !config.temporal.configFile,
  })
  return { ...own, address: config.temporal.address }
}

export async function openTemporal(config: Config, log: Log): Promise<Temporal> {
  const connection = Connection.lazy({ ...connectionOptions(config), connectTimeout: limitMs })
  const { namespace } = config.temporal
  const client = new Client({ connection, namespace })
  const soon = <T>(fn: () => Promise<T>) => connection.withDeadline(Date.now() + limitMs, fn)
  return {
    client,
    start: (start) => soon(() => begin(client, config, start)),
    cancel: (id) => soon(() => ifThere(client.workflow.getHandle(id).cancel())),
    terminate: (id, reason, runId) =>
      soon(() => ifThere(client.workflow.getHandle(id, runId).terminate(reason))),
    erase: ({ workflowId, runId }) =>
      soon(async () => {
        const workflowExecution = { workflowId, runId }
        await ifThere(
          client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution }),
        )
        log.debug({ workflowId }, 'history deleted')
      }),
    isRunning: (id) => soon(() => running(client, id)),
    queues: (names) => soon(() => Promise.all(names.map((name) => queueReport(client, name)))),
    schedules: () => soon(() => listSchedules(client)),
    check: () => soon(() => check(client)),
    mend: () => mend(client),
    close: () => connection.close(),
  }
}

async function check(client: Client): Promise<void> {
  const lack = await lackOf(client)
  if (lack) throw new Error(lack)
}

async function begin(client: Client, config: Config, start: Start): Promise<Execution> {
  const delay = start.startAt ? start.startAt.getTime() - Date.now() : 0
  const { workspaceId, campaignId, postId, networks } = start.about
  const handle = await client.workflow.start(start.type, {
    workflowId: start.workflowId,
    taskQueue: queueName(config, mainQueue),
    args: [start.input],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: start.summary,
    ...(delay > 0 ? { startDelay: delay } : {}),
    typedSearchAttributes: new TypedSearchAttributes([
      { key: keys.workspaceId, value: workspaceId },
      ...(campaignId ? [{ key: keys.campaignId, value: campaignId }] : []),
      ...(postId ? [{ key: keys.postId, value: postId }] : []),
      ...(networks?.length ? [{ key: keys.network, value: networks }] : []),
    ]),
    priority: { fairnessKey: workspaceId },
  })
  return { workflowId: start.workflowId, runId: handle.firstExecutionRunId }
}

/** True unless there was nothing to do it to. */
async function ifThere(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

const notFound = 5
const isGone = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || (error as { code?: unknown }).code === notFound

async function running(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING'
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

async function queueReport(client: Client, name: string): Promise<QueueReport> {
  const kinds = [1, 2] // workflow tasks, activity tasks
  const reports = await Promise.all(
    kinds.map((taskQueueType) =>
      client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name },
        taskQueueType,
        reportStats: true,
      }),
    ),
  )
  const pollers = new Set(reports.flatMap((r) => (r.pollers ?? []).map((p) => p.identity)))
  const counts = reports.map((r) => r.stats?.approximateBacklogCount)
  const known = counts.filter((count) => count !== null && count !== undefined)
  return {
    name,
    pollers: pollers.size,
    backlog: known.length ? known.reduce((sum, count) => sum + Number(count), 0) : null,
  }
}

async function listSchedules(client: Client) {
  const found = []
  for await (const { scheduleId, info, memo } of client.schedule.list())
    found.push({
      id: scheduleId,
      lastRunAt: info?.recentActions.at(-1)?.takenAt ?? null,
      nextRunAt: info?.nextActionTimes[0] ?? null,
      note: typeof memo?.note === 'string' ? memo.note : '',
    })
  return found
}

/** Where an operator watches a workflow; null when no address of Temporal's UI is configured. */
export function workflowUrl(config: Config, workflowId: string, runId?: string): string | null {
  const { uiUrl, namespace } = config.temporal
  if (!uiUrl) return null
  const base = `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`
  return runId ? `${base}/${runId}/history` : base
}
