/** What a handler is: a function named after its endpoint, typed by the table. */
import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import type { Actor } from '../core/platform/actor.ts'
import type { Context } from '../core/platform/context.ts'
import type { Scope } from '../core/platform/db.ts'
import type { Attributes } from '../policies/access/authorize.ts'
import type { Grant } from '../policies/access/grants.ts'
import type { Precondition } from './if-match.ts'

type Out<S> = S extends z.ZodType ? z.output<S> : undefined
type In<S> = S extends z.ZodType ? z.input<S> : void

/** Parsed and checked. */
export interface Input<E extends Endpoint> {
  params: E extends { params: infer S } ? Out<S> : undefined
  query: E extends { query: infer S } ? Out<S> : undefined
  body: E extends { body: infer S } ? Out<S> : undefined
  /** For handlers with units of work of their own, to be called in the first: throws `stale` when If-Match means another version. */
  ifMatch: E extends { ifMatch: string; tx: 'own' } ? Precondition : undefined
  /** Raw bytes for uploads, with their declared kind. */
  upload?: { stream: Readable; contentType: string }
}

/** What a handler may say besides its result. */
export interface Reply {
  /** Set-Cookie lines. */
  cookies(lines: string[]): void
  /** Another status than the endpoint's own. */
  status(code: number): void
  header(name: string, value: string): void
}

/** The caller: who, with which role and permissions in the workspace of the path (none outside one), from which device. */
export interface Caller {
  actor: Actor
  /** The person behind the actor: themselves, or whoever made the key. */
  personId: string | null
  /** What the role is called. Nothing is decided by it. */
  role?: string
  /** Permissions of the role, cut down to the scopes of a key. */
  grant: Grant
  /** Whether the policy allows it, for an object with these attributes. */
  can(resource: string, action: string, object?: Attributes): boolean
  operator: boolean
  userAgent: string
  /** What a unit of work of the caller sees. */
  scope: Scope
  /** Opens a unit of work as the caller, for endpoints with `tx: 'own'`. */
  work<T>(fn: () => Promise<T>): Promise<T>
}

export type Handler<E extends Endpoint> = (
  ctx: Context,
  input: Input<E>,
  caller: Caller,
  reply: Reply,
) => Promise<E extends { response: infer S } ? In<S> : void>

/** One handler for every endpoint of a table. */
export type Handlers<T extends Record<string, Endpoint>> = { [N in keyof T]: Handler<T[N]> }
