/** pino with an allow-list: only fields that carry no content and no secrets are written; data first, then one lower-case sentence. */
import { pino, type Logger } from 'pino'

export type Log = Logger

const allowed = new Set([
  'requestId',
  'workspaceId',
  'personId',
  'postId',
  'deliveryId',
  'channelId',
  'campaignId',
  'runId',
  'connectionId',
  'workflowId',
  'assetId',
  'mailId',
  'network',
  'state',
  'kind',
  'method',
  'path',
  'status',
  'ms',
  'count',
  'queue',
  'attempt',
  'port',
  'address',
  'err',
  'name',
  'endpoint',
  'host',
  'outcome',
])

export function createLog(level: string): Log {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) =>
        Object.fromEntries(Object.entries(fields).filter(([key]) => allowed.has(key))),
    },
    serializers: { err: pino.stdSerializers.err },
  })
}
