/** A request as dispatch takes it, and its answer, whatever carried them. */
import type { Readable } from 'node:stream'
import type { EndpointName } from '#contract/endpoints.ts'
import type { Actor } from '../core/platform/actor.ts'

export interface Request {
  name: EndpointName
  params: Record<string, string>
  query: Record<string, unknown>
  body: unknown
  /** Something came as the body that says it is no JSON; it was not read. */
  unread?: boolean
  /** Lower-case names. */
  headers: Record<string, string | undefined>
  actor: Actor
  /** Told headers that hold for a refusal too. */
  tell?(headers: Record<string, string>): void
  upload?: { stream: Readable; contentType: string }
}

export interface Answer {
  status: number
  body: unknown
  headers: Record<string, string>
  /** Set-Cookie lines. */
  cookies: string[]
}
