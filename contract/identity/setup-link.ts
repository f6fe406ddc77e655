/** The link under which the first account of an instance that strangers can reach is made; printed at start, read by the page it leads to. */

/** Name of the query parameter that carries the token. */
export const setupParameter = 'setup'

export const setupLink = (publicUrl: string, token: string): string =>
  `${publicUrl}/register?${setupParameter}=${encodeURIComponent(token)}`
