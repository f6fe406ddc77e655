/** What a history may hold: ids, instants, numbers, names of networks and fixed words. Anything else is somebody's words. */
import { z } from 'zod'
import { DeliveryState, Reason } from '#contract/posts/delivery.ts'
import { problems } from '#contract/platform/problems.ts'
import { networks } from '../../networks/registry.ts'

const id = z.uuid()
const instant = z.iso.datetime({ precision: 3 })
const fixed = (...words: string[]) => z.enum(words)
const network = fixed(...Object.keys(networks))
const count = z.number().int().min(0)
const state = fixed(
  ...[...DeliveryState.options, 'waiting', 'superseded', 'gone', 'given_up'],
  // What became of a campaign's run, and of the sweeper.
  ...['done', 'ended', 'walking', 'standing'],
)

/** Objects that go in and out, field by field; a field that is not here does not belong into a history. */
const fields = z
  .strictObject({
    postId: id,
    workspaceId: id,
    deliveryId: id,
    campaignId: id,
    runId: id,
    generation: count,
    slotIndex: count,
    from: count,
    atOnce: count,
    publishAt: instant,
    at: instant,
    network,
    prepare: z.boolean(),
    first: z.enum(['deliver', 'reconcile']),
    outcome: z.enum(['done', 'again', 'ask']),
    state,
    as: state,
    get deliveries() {
      return z.array(fields)
    },
  })
  .partial()

/** The lines that stand beside a workflow in Temporal's own UI. */
const one = `(${Object.keys(networks).join('|')})`
const moment = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'
const lines = [
  `Publish at ${moment} on ${one}(, ${one})*`,
  `Attempt \\d+ on ${one}`,
  `Ask ${one} about attempt \\d+`,
  'Write the campaign, run \\d+',
]
const summary = z.string().regex(new RegExp(`^(${lines.join('|')})$`))
/** Temporal's own words about a schedule's run, and why an activity failed. */
const own = z.string().regex(/^(t-[0-9a-f]{8}-)?watch-sweeper$/)
const kind = fixed(...Object.keys(problems), ...Reason.options)

const scalar = z.union([z.null(), z.boolean(), count, id, z.iso.datetime(), network, state, kind])
const value = z.union([scalar, fields, z.array(z.union([state, network])), summary, own])

export interface Found {
  /** Where in the history. */
  at: string
  value: unknown
}

/** Every payload of a history, decoded. Throws for one that nobody could read. */
export function payloadsOf(history: string): Found[] {
  const found: Found[] = []
  const walk = (node: unknown, at: string): void => {
    if (typeof node !== 'object' || node === null) return
    const { metadata, data } = node as { metadata?: { encoding?: unknown }; data?: unknown }
    if (typeof data === 'string' || metadata?.encoding !== undefined)
      found.push({ at, value: decoded(metadata?.encoding, data, at) })
    else for (const [key, child] of Object.entries(node)) walk(child, `${at}/${key}`)
  }
  walk(JSON.parse(history), '')
  return found
}

function decoded(encoding: unknown, data: unknown, at: string): unknown {
  const clear = (text: unknown) => Buffer.from(String(text ?? ''), 'base64').toString('utf8')
  if (clear(encoding) === 'binary/null') return null
  if (clear(encoding) === 'json/plain') return JSON.parse(clear(data))
  throw new Error(`${at} is ${clear(encoding)}, which an operator cannot read`)
}

/** Messages of failures and reasons of ends: Temporal keeps these beside the payloads. */
function wordsOf(history: string): Found[] {
  const found: Found[] = []
  const walk = (node: unknown, at: string): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, child] of Object.entries(node))
      if (typeof child === 'string' && (key === 'message' || key === 'reason'))
        found.push({ at: `${at}/${key}`, value: child })
      else walk(child, `${at}/${key}`)
  }
  walk(JSON.parse(history), '')
  return found
}

/** What Temporal itself and its SDK say when work is cancelled, timed out or ended by hand. */
const said = z.union([kind, z.enum(['Workflow cancelled', 'Activity task failed'])])

/** Where a history holds more than ids, instants, numbers, networks and fixed words; empty: nowhere. */
export function moreThanIds(history: string): Found[] {
  return [
    ...payloadsOf(history).filter((payload) => !value.safeParse(payload.value).success),
    ...wordsOf(history).filter((word) => !said.safeParse(word.value).success),
  ]
}
