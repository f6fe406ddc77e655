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

export interface Endpoint {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Below /api/v1, parameters as `:name`. A tenant endpoint carries `:workspaceId`. */
  path: string
  summary: string
  /** Where it stands in the reference. */
  tag: Subject
  can: Can
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
  /**
   * What an API key needs beyond its role: `publish` must have been ticked when the key was made. For whatever approves, publishes, cancels
   * or deletes, and for whatever changes what the public sees or where posts go.
   */
  needs?: 'publish'
  /** Kinds of refusal beyond the common ones. */
  problems?: readonly ProblemKind[]
  /** The body is raw bytes of these kinds (uploads), or the answer is an event stream. */
  raw?: 'upload' | 'events'
}

export const endpoint = <const E extends Endpoint>(e: E): E => e
