/** Why there is no answer. A TypeError, as from fetch itself; it names the host and nothing else of the request. */

/**
 * `blocked`: an address or a URL that may not be reached. `not_sent`: failed before a connection stood, so nothing left this machine.
 * `no_answer`: the server may have got the request. `too_large`, `redirect`: it answered, but not with something we take.
 */
export type HttpErrorKind = 'blocked' | 'not_sent' | 'no_answer' | 'too_large' | 'redirect'

export class HttpError extends TypeError {
  readonly kind: HttpErrorKind
  readonly host: string
  /** The socket's or resolver's own code, where there is one. */
  readonly code: string | undefined

  constructor(kind: HttpErrorKind, host: string, sentence: string, code?: string) {
    super(`${host || 'the address'} ${sentence}`)
    this.name = 'HttpError'
    this.kind = kind
    this.host = host
    this.code = code
  }
}

export const blocked = (host: string, why = 'is not an address that may be reached'): HttpError =>
  new HttpError('blocked', host, why, 'blocked')
