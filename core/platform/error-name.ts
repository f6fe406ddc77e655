/** Class and code of an error, without its message: that may carry what was sent. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code } = (error.cause ?? error) as { code?: unknown }
  const told = typeof code === 'number' || (typeof code === 'string' && /^\w{1,40}$/.test(code))
  return `${error.name}${told ? `, code ${code}` : ''}`
}
