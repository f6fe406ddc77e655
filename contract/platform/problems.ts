/**
 * Every way in which PostAura says no. One closed table serves the API (RFC 9457), the worker (failure types), the typed client and the pages.
 */
export const problems = {
  invalid: { status: 422, title: 'Some fields need another value', retry: false },
  malformed: { status: 400, title: 'The request could not be read', retry: false },
  unauthenticated: { status: 401, title: 'Sign in first', retry: false },
  wrong_credentials: { status: 401, title: 'E-mail or password is wrong', retry: false },
  forbidden: { status: 403, title: 'Your role does not allow this', retry: false },
  not_found: { status: 404, title: 'There is nothing at this address', retry: false },
  conflict: { status: 409, title: 'This no longer fits the current state', retry: false },
  in_flight: { status: 409, title: 'The same request is still being worked on', retry: true },
  already_sending: { status: 409, title: 'Sending has already begun', retry: false },
  not_approved: { status: 409, title: 'This version is not approved', retry: false },
  held: { status: 409, title: 'Publishing is on hold in this workspace', retry: false },
  stale: { status: 412, title: 'Somebody changed this in the meantime', retry: false },
  precondition_required: { status: 428, title: 'Say which version you are changing', retry: false },
  too_large: { status: 413, title: 'The file is too large', retry: false },
  unsupported_media: { status: 415, title: 'This kind of file cannot be used', retry: false },
  key_reused: {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    retry: false,
  },
  too_many: { status: 429, title: 'Too many requests', retry: true },
  internal: { status: 500, title: 'PostAura failed to do this', retry: true },
  unreachable: { status: 502, title: 'The other server did not answer', retry: true },
  refused_upstream: { status: 502, title: 'The other server refused', retry: false },
  unavailable: { status: 503, title: 'A part of PostAura is not reachable', retry: true },
} as const satisfies Record<string, { status: number; title: string; retry: boolean }>

export type ProblemKind = keyof typeof problems

/** A fault in one field: `pointer` is a JSON pointer into the request, `detail` a sentence for the person who typed it. */
export interface FieldFault {
  pointer: string
  detail: string
}

export interface ProblemOptions {
  cause?: unknown
  errors?: FieldFault[]
  /** Seconds after which trying again makes sense. */
  retryAfter?: number
}

/** The one error of the product. `kind` is closed, `detail` is a sentence that a person may read. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly detail: string | undefined
  readonly errors: FieldFault[] | undefined
  readonly retryAfter: number | undefined

  constructor(kind: ProblemKind, detail?: string, options: ProblemOptions = {}) {
    super(detail ?? problems[kind].title, { cause: options.cause })
    this.name = 'Problem'
    this.kind = kind
    this.detail = detail
    this.errors = options.errors
    this.retryAfter = options.retryAfter
  }

  get status(): number {
    return problems[this.kind].status
  }
}

/** One faulty field, said in the field's own words. */
export function fieldProblem(pointer: string, detail: string): Problem {
  return new Problem('invalid', detail, { errors: [{ pointer, detail }] })
}

/** The body of `application/problem+json` (RFC 9457). */
export interface ProblemDocument {
  type: string
  title: string
  status: number
  code: ProblemKind
  detail?: string
  instance?: string
  errors?: FieldFault[]
}

export function toDocument(problem: Problem, instance?: string): ProblemDocument {
  return {
    type: `/problems/${problem.kind}`,
    title: problems[problem.kind].title,
    status: problem.status,
    code: problem.kind,
    ...(problem.detail ? { detail: problem.detail } : {}),
    ...(instance ? { instance } : {}),
    ...(problem.errors ? { errors: problem.errors } : {}),
  }
}

/** Turns a received document back into a Problem; anything unreadable becomes `internal`. */
export function fromDocument(document: unknown, retryAfter?: number): Problem {
  const d = (document ?? {}) as Partial<ProblemDocument>
  const kind = d.code && d.code in problems ? d.code : 'internal'
  return new Problem(kind, d.detail, {
    ...(d.errors ? { errors: d.errors } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })
}
