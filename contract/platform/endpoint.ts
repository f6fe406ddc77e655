/** What an endpoint is: data. Router, validation, authorization, OpenAPI, client and the roles table all come from this. */
import type { z } from 'zod'
import type { ProblemKind } from './problems.ts'
import type { Subject } from './subjects.ts'

/**
 * Resource and action as in policies/access/policy.csv, or said aloud that none is needed: `public` for anybody, `signed-in` for people and
 * API keys, `person` for people alone, `operator` for who runs the instance.
 */
export type Can =
  'public' | 'signed-in' | 'person' | 'operator' | readonly [resource: string, action: string]

/** How to reach an endpoint, who may, and what that does: all that can be known without a schema. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Below /api/v1, parameters as `:name`. A tenant endpoint carries `:workspaceId`. */
  path: string
  can: Can
  /** `destructive`: what it is for is to delete, take down, disconnect, revoke or wipe. `read` changes nothing. */
  effect: 'read' | 'write' | 'destructive'
}
/** Routes by the names of their endpoints. */
export type Routes = Readonly<Record<string, Route>>

/** What a route takes and answers, and in which words. */
export interface Description {
  summary: string
  /** Where it stands in the reference. */
  tag: Subject
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  response?: z.ZodType
  /** Status of success; 200, or 204 without a response, unless said. */
  status?: number
  /** Another status of success, which the handler chooses: 202 while what it began goes on, 201 when it was waited for. */
  otherStatus?: number
  /**
   * Where what it makes is afterwards, for `Location`: a path of the table, and the way in the answer to the id that fills the path's last
   * parameter. Without that id in an answer nothing was made (yet).
   */
  creates?: readonly [path: string, ...id: string[]]
  /** `own`: the handler opens its own units of work, because it must reach a network, hash or wait. */
  tx?: 'own'
  /**
   * It changes something with a version: the last of post, campaign and workspace that its path names. `required`: the caller says by If-Match
   * which version it means; `optional`: it may. Whatever else changes something has no version, so that an If-Match there matches nothing.
   */
  ifMatch?: 'required' | 'optional'
  /** What is sent or answered proves somebody (a password, a key): nothing of it is kept, so it takes no Idempotency-Key. */
  secret?: true
  /** Kinds of refusal beyond the common ones. */
  problems?: readonly ProblemKind[]
  /** The body is raw bytes of these kinds (uploads), or the answer is an event stream. */
  raw?: 'upload' | 'events'
}

export interface Endpoint extends Route, Description {}

/** Endpoints by name: each route together with its description. */
type Described<R, D extends Record<keyof R, unknown>> = { [N in keyof R]: R[N] & D[N] }

/** What descriptions may hold: a description's own fields, for routes of the table. */
type Exact<R, D> = {
  [N in keyof D]: N extends keyof R
    ? { [K in keyof D[N]]: K extends keyof Description ? D[N][K] : never }
    : never
}

/** Joins each route to its description. A route without one, one without a route, and an unknown field in one are type errors. */
export function describe<R extends Routes, const D extends Record<keyof R, Description>>(
  routes: R,
  descriptions: D & Exact<R, D>,
): Described<R, D> {
  const joined = Object.entries<Route>(routes).map(([name, route]) => {
    const description: Description = descriptions[name as keyof R]
    return [name, { ...route, ...description }]
  })
  return Object.fromEntries(joined) as Described<R, D>
}
