/**
 * The router's words. It knows tasks, schemas and connections; it knows nothing about posts, people or databases, so the caller hands in
 * everything as data: which connections the workspace has, their data terms, and the policy that decides which of them may see this call.
 */
import type { z } from 'zod'
import type {
  DataTerms as DataTermsSchema,
  Prices as PricesSchema,
} from '#contract/connections/connections.ts'

/** What is known about a provider's handling of what we send: entered by a workspace owner, never a constant of ours. */
export type DataTerms = z.infer<typeof DataTermsSchema>

/** Prices in micro units of `currency` per million tokens. A missing cache price makes a cost with cached tokens unknown. */
export type Prices = z.infer<typeof PricesSchema>

/** How firmly a server holds an answer to a schema; the adapter begins here and steps down when the server refuses the format. */
export type StructuredMode = 'json_schema' | 'json_object' | 'prompt'

/** One configured provider and model of a workspace, with its key already opened. */
export interface Connection {
  id: string
  name: string
  adapter: 'openai' | 'starter'
  /** Who runs it, for people and telemetry; the processor of its terms. */
  provider: string
  model: string
  /** Base address of the OpenAI dialect, with its `/v1`; empty for the starter writer. */
  baseUrl: string
  /** Empty: a server without keys. */
  apiKey: string
  enabled: boolean
  terms: DataTerms
  prices: Prices | null
  structured: StructuredMode
  /** Lower comes first; within equal rank the cheaper one does. */
  rank: number
  /** Changes when key, address or model change, so that old failures are forgotten. */
  revision: number
  /** Null: not known, not limited, and 60 s. */
  contextTokensMax: number | null
  requestsPerMinute: number | null
  timeoutMs: number | null
}

/** A workspace's predicate over data terms. Absent fields do not restrict; what is unknown never passes a field that does. */
export interface Policy {
  /** Stored with each answer, so that an audit can say under which rules a call went out. */
  version: string
  regions?: DataTerms['region'][]
  retentionDaysMax?: number
  forbidTraining?: boolean
  requireDpa?: boolean
  /** Only these connections; absent: all that are switched on. */
  connectionIds?: string[]
  /** `when_none`: the starter writer stands in while no connection is switched on. `fallback`: also when all of them failed. */
  starter: 'never' | 'when_none' | 'fallback'
  /** Whether another provider may be asked after one refused on grounds of content. */
  fallBackOnRefusal?: boolean
}

export interface Message {
  role: 'system' | 'user' | 'assistant'
  content: string
}

/** One question to whoever may answer it. */
export interface ModelCall<T> {
  /** Name of what is asked for; the starter writer looks it up, telemetry shows it. */
  task: string
  /** What the starter writer works on; opaque to the router. */
  input: unknown
  /** What models get. */
  messages: Message[]
  schema: z.ZodType<T>
  /**
   * Faults beyond the schema, in sentences for the model. They cost one repair turn; an answer that still has them is returned, for the
   * caller to judge.
   */
  check?: (value: T) => string[]
  connections: Connection[]
  policy: Policy
  maxOutputTokens: number
  temperature?: number
  /** For everything together, all attempts and waits included. Default 120 s. */
  deadlineMs?: number
  signal?: AbortSignal
}

/** Token counts in buckets that do not overlap: their sum is what was processed. Reasoning is part of `output`. */
export interface Tokens {
  input: number
  cachedInput: number
  cacheWrite: number
  output: number
  /** Of `output`; told, never priced again. */
  reasoning: number
}

/** `micros` of `currency`. Both null: not known. 0 with null currency: nothing was bought. */
export interface Cost {
  micros: number | null
  currency: string | null
}

export type FailureClass =
  | 'unreachable'
  | 'timeout'
  | 'cut'
  | 'server_error'
  | 'overloaded'
  | 'rate_limited'
  | 'quota'
  | 'credential'
  | 'model_access'
  | 'model_gone'
  | 'region_blocked'
  | 'context_length'
  | 'caller_fault'
  | 'content_policy'
  | 'truncated'
  | 'schema_invalid'
  | 'format_unsupported'
  | 'policy_blocked'
  | 'not_configured'
  | 'cooling_down'
  | 'cancelled'

/** One try at one connection, in order. */
export interface ModelAttempt {
  connectionId: string
  provider: string
  model: string
  outcome: 'ok' | 'repaired' | FailureClass
  status: number | null
  ms: number
  tokens: Tokens | null
  cost: Cost
}

/** Where an answer came from, complete enough to tell a person and an auditor. */
export interface Provenance {
  connectionId: string
  connectionName: string
  provider: string
  model: string
  region: DataTerms['region']
  retentionDays: number | null
  /** Copy of the terms as they were when the call went out. */
  terms: DataTerms
  policyVersion: string
  /** False: rules composed it, no model saw the brief. */
  writtenByModel: boolean
  attempts: ModelAttempt[]
  /** Of all attempts together; null as soon as one of them is not known. */
  tokens: Tokens | null
  cost: Cost
  ms: number
}

export interface Answer<T> {
  value: T
  /** What `check` still finds fault with after the repair. */
  faults: string[]
  provenance: Provenance
}

/** What a connection's test showed. No workspace data is sent for it. */
export interface TestResult {
  ok: boolean
  ms: number
  /** The mode in which the server answered with valid JSON; null: in none. */
  structured: StructuredMode | null
  /** Model name as the server told it. */
  model: string | null
  failure: FailureClass | null
  /** For people: what it means and what to do. */
  message: string
}

/** What core registers to write without a model: task name and input in, output for the call's schema out. */
export type Starter = (task: string, input: unknown) => unknown

export interface RouterOptions {
  /** The guarded fetch: the router reaches no network but through it. */
  fetch: typeof fetch
  now(): Date
  /** Uniform in [0, 1). */
  random(): number
  starter: Starter
  /** Waiting, handed in so that tests need not. */
  sleep?(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Router {
  /** Answers a call or throws `RouterError`. Never sends anything to a connection that the policy does not allow. */
  answer<T>(call: ModelCall<T>): Promise<Answer<T>>
  /** Asks a connection for one tiny structured answer. Never throws for what the provider does. */
  test(connection: Connection, signal?: AbortSignal): Promise<TestResult>
}
