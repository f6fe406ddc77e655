/** What each class of failure means for the next step, as data, and how HTTP answers of all dialects become classes. */
import type { FailureClass } from './types.ts'

export interface Reaction {
  /** Further tries at the same connection within one call. */
  sameAgain: number
  /** Whether another connection may be asked. */
  others: boolean
  /** How long the connection rests: not at all, seconds that double, or minutes (a person has to mend something). */
  rest: 'none' | 'short' | 'long'
  /** Whether waiting can help when nobody else is left. */
  handBack: boolean
  /** Whether the provider may have charged for the attempt. */
  billed: boolean
  /** For people, about a connection's name or `The provider`. */
  message(who: string): string
}

const passing = { sameAgain: 1, others: true, rest: 'short', handBack: true } as const
const needsPerson = {
  sameAgain: 0,
  others: true,
  rest: 'long',
  handBack: false,
  billed: false,
} as const

export const reactions: Record<FailureClass, Reaction> = {
  unreachable: { ...passing, billed: false, message: (who) => `${who} could not be reached.` },
  timeout: {
    ...passing,
    sameAgain: 0,
    billed: true,
    message: (who) => `${who} took too long to answer.`,
  },
  cut: { ...passing, billed: true, message: (who) => `${who} broke off its answer.` },
  server_error: { ...passing, billed: false, message: (who) => `${who} had an error of its own.` },
  overloaded: { ...passing, billed: false, message: (who) => `${who} is overloaded.` },
  rate_limited: { ...passing, billed: false, message: (who) => `${who}’s rate limit is reached.` },
  quota: {
    ...needsPerson,
    message: (who) => `The account at ${who} has no balance or quota left.`,
  },
  credential: { ...needsPerson, message: (who) => `${who} does not accept the key.` },
  model_access: { ...needsPerson, message: (who) => `The key for ${who} may not use this model.` },
  model_gone: {
    ...needsPerson,
    message: (who) => `${who} does not know this model, or no longer.`,
  },
  region_blocked: { ...needsPerson, message: (who) => `${who} does not serve this region.` },
  context_length: {
    sameAgain: 0,
    others: true,
    rest: 'none',
    handBack: false,
    billed: false,
    message: (who) => `The brief is too long for ${who}.`,
  },
  caller_fault: {
    sameAgain: 0,
    others: false,
    rest: 'none',
    handBack: false,
    billed: false,
    message: (who) => `${who} refused the request as it was.`,
  },
  content_policy: {
    sameAgain: 0,
    others: false,
    rest: 'none',
    handBack: false,
    billed: true,
    message: (who) => `${who} declined to write this.`,
  },
  truncated: {
    sameAgain: 0,
    others: true,
    rest: 'none',
    handBack: false,
    billed: true,
    message: (who) => `${who} reached its length limit before the post was finished.`,
  },
  schema_invalid: {
    sameAgain: 0,
    others: true,
    rest: 'none',
    handBack: false,
    billed: true,
    message: (who) =>
      `${who} did not answer in the form that was asked for, even after one correction.`,
  },
  format_unsupported: {
    sameAgain: 0,
    others: true,
    rest: 'none',
    handBack: false,
    billed: false,
    message: (who) => `${who} takes none of our answer formats.`,
  },
  policy_blocked: {
    sameAgain: 0,
    others: false,
    rest: 'none',
    handBack: false,
    billed: false,
    message: () => 'The workspace’s data policy allows none of its providers.',
  },
  not_configured: {
    sameAgain: 0,
    others: false,
    rest: 'none',
    handBack: false,
    billed: false,
    message: () => 'No provider is switched on.',
  },
  cooling_down: {
    sameAgain: 0,
    others: true,
    rest: 'none',
    handBack: true,
    billed: false,
    message: (who) => `${who} does not answer at the moment.`,
  },
  cancelled: {
    sameAgain: 0,
    others: false,
    rest: 'none',
    handBack: false,
    billed: true,
    message: () => 'The call was cancelled.',
  },
}

/** What a failure means, where the connection's name stands beside it or does not matter. */
export const meaningOf = (kind: FailureClass, who = 'The provider'): string =>
  reactions[kind].message(who)

interface Rule {
  kind: FailureClass
  status?: number[]
  /** Tested on the body's code, type and message together, in lower case. */
  says?: RegExp
}

/** First match wins: what a body says beats its status, since dialects disagree about statuses (an empty balance is 400, 402, 403 or 429). */
const rules: Rule[] = [
  {
    kind: 'quota',
    status: [400, 402, 403, 429],
    says: /insufficient_quota|credit balance|billing|payment required|exceeded your current quota|out of credits/,
  },
  { kind: 'quota', status: [402] },
  { kind: 'rate_limited', status: [429] },
  {
    kind: 'region_blocked',
    status: [400, 403, 451],
    says: /unsupported_country|country, region|location is not supported|not available in your (?:region|country)/,
  },
  {
    kind: 'credential',
    status: [400, 401, 403],
    says: /invalid.{0,10}api.?key|incorrect api key|api key not valid|api_key_invalid|authentication_error|invalid authentication/,
  },
  { kind: 'credential', status: [401] },
  {
    kind: 'model_gone',
    status: [400, 404, 410, 422],
    says: /model_not_found|deprecated|decommissioned|no longer (?:available|supported)|model .{0,80}(?:not found|does not exist)|unknown model|invalid_model/,
  },
  { kind: 'model_access', status: [403, 404], says: /model/ },
  { kind: 'credential', status: [403] },
  {
    kind: 'context_length',
    status: [400, 413, 422],
    says: /context_length|context length|maximum context|too many tokens|prompt is too long|context window/,
  },
  {
    kind: 'content_policy',
    status: [400, 403, 422],
    says: /content_policy|content_filter|content management policy|safety|moderation|flagged/,
  },
  {
    kind: 'format_unsupported',
    status: [400, 404, 422, 501],
    says: /response_format|json_schema|json_object|structured output|json mode/,
  },
  {
    kind: 'format_unsupported',
    status: [400, 422],
    says: /unsupported.{0,80}(?:temperature|max_tokens|max_completion_tokens)|(?:temperature|max_tokens|max_completion_tokens).{0,80}(?:not supported|unsupported|unknown|extra inputs)/,
  },
  { kind: 'model_gone', status: [404, 410] },
  { kind: 'overloaded', status: [503, 529] },
  { kind: 'timeout', status: [408, 504, 524] },
  { kind: 'server_error', says: /overloaded|server_error|internal error/ },
]

/** The class of an HTTP error status with its parsed body, whatever the dialect. */
export function classifyStatus(status: number, body: unknown): FailureClass {
  const said = sayings(body).toLowerCase()
  const rule = rules.find(
    (r) => (!r.status || r.status.includes(status)) && (!r.says || r.says.test(said)),
  )
  if (rule) return rule.kind
  return status >= 500 ? 'server_error' : 'caller_fault'
}

/** Which part of the request a `format_unsupported` answer is about. */
export function refusedParameter(body: unknown): 'response_format' | 'max_tokens' | 'temperature' {
  const said = sayings(body).toLowerCase()
  if (/response_format|json/.test(said)) return 'response_format'
  return /temperature/.test(said) ? 'temperature' : 'max_tokens'
}

/** Code, type, status and message of an error body, from the shapes that OpenAI, Anthropic, Gemini and their imitators use. */
function sayings(body: unknown): string {
  if (typeof body === 'string') return body.slice(0, 2000)
  if (Array.isArray(body)) return body.slice(0, 3).map(sayings).join(' ')
  if (typeof body !== 'object' || body === null) return ''
  return Object.entries(body)
    .map(([key, value]) =>
      ['error', 'details', 'detail'].includes(key) ? sayings(value) : scalar(key, value),
    )
    .join(' ')
    .slice(0, 4000)
}

function scalar(key: string, value: unknown): string {
  const told = ['code', 'type', 'status', 'message', 'reason', 'param'].includes(key)
  return told && (typeof value === 'string' || typeof value === 'number') ? String(value) : ''
}

/** Milliseconds that a server asks to wait, from `retry-after-ms` or `Retry-After` in seconds or as a date; null: it says nothing. */
export function retryAfterMs(
  headers: { get(name: string): string | null } | undefined,
  now: Date,
): number | null {
  const ms = headers?.get('retry-after-ms') ?? headers?.get('x-ms-retry-after-ms')
  if (ms && Number.isFinite(Number(ms))) return Math.max(0, Number(ms))
  const after = headers?.get('retry-after')?.trim()
  if (!after) return null
  if (/^\d+(\.\d+)?$/.test(after)) return Number(after) * 1000
  const date = Date.parse(after)
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime())
}
