/** The table of who may call what, as text: derived from the endpoints and the policy, never written by hand. */
import type { Endpoint } from '#contract/platform/endpoint.ts'
import type { Policy } from './authorize.ts'

const heading = `Who may call what, by role, and which scope of an API key allows it; a key also needs the role of whoever made it.
Written by \`npm run roles\` from contract/ and this folder; a test holds it to them.
`

/** One line for every endpoint, sorted as the contract sorts them. */
export function rolesTable(endpoints: Record<string, Endpoint>, policy: Policy): string {
  const lines = Object.entries(endpoints).map(([name, e]) => [
    name,
    `${e.method.toUpperCase()} ${e.path}`,
    typeof e.can === 'string' ? e.can : e.can.join('.'),
    ...policy.roles.map((role) => answer(e, policy.ofRole(role))),
    scopeFor(e, policy),
  ])
  const all = [['endpoint', 'request', 'needs', ...policy.roles, 'key'], ...lines]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  const text = all.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  )
  return `${heading}\n${text.join('\n')}\n`
}

function answer(e: Endpoint, grant: ReadonlySet<string>): string {
  if (e.can === 'operator') return 'operators'
  if (typeof e.can === 'string') return 'yes'
  return grant.has(e.can.join('.')) ? 'yes' : 'no'
}

function scopeFor(e: Endpoint, policy: Policy): string {
  if (e.can === 'public' || e.can === 'signed-in') return 'any'
  if (typeof e.can === 'string') return 'no'
  const permission = e.can.join('.')
  return policy.scopes.find((scope) => policy.ofScopes([scope]).has(permission)) ?? 'no'
}
