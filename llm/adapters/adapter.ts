/** What the router asks of every kind of connection: one request, one reply or one classified failure. */
import type { Connection, Message, StructuredMode, Tokens } from '../types.ts'

/** How one server likes to be asked; learned by being refused. */
export interface Dialect {
  mode: StructuredMode
  maxTokens: 'max_tokens' | 'max_completion_tokens'
  /** False: the server or model takes no temperature. */
  temperature: boolean
}

export interface AdapterRequest {
  connection: Connection
  task: string
  input: unknown
  messages: Message[]
  jsonSchema: { [key: string]: unknown }
  dialect: Dialect
  maxOutputTokens: number
  temperature: number | undefined
  signal: AbortSignal
}

export interface AdapterReply {
  /** What the model wrote, or what rules composed. */
  output: { text: string } | { value: unknown }
  finish: 'complete' | 'length'
  tokens: Tokens | null
  /** As the server names it. */
  model: string | null
}

/** Throws `AttemptFailure` only. */
export type Adapter = (request: AdapterRequest) => Promise<AdapterReply>
