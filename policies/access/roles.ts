/** The table of who may call what, as text: derived from the endpoints and the policy, never written by hand. */
import type { Endpoint } from '#contract/platform/endpoint.ts'
import type { Policy } from './authorize.ts'

const heading = `Who may call what: yes, no, or for an API key "ticked" when the key must have been made with "may publish".
A key also needs the role of whoever made it. Written by \`npm run roles\` from contract/ and policy.csv; a test holds it to them.
`

/** One line for every endpoint, sorted as the contract sorts them. */
export function rolesTable(endpoints: Record<string, Endpoint>, policy: Policy): string {
  const roles = ['owner', 'editor', 'viewer', 'api_key'].filter((r) => policy.roles.includes(r))
  const lines = Object.entries(endpoints).map(([name, e]) => [
    name,
    `${e.method.toUpperCase()} ${e.path}`,
    typeof e.can === 'string' ? e.can : e.can.join('.'),
    ...roles.map((role) => answer(e, role, policy)),
  ])
  const all = [['endpoint', 'request', 'needs', ...roles], ...lines]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  const text = all.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  )
  return `${heading}\n${text.join('\n')}\n`
}

function answer(e: Endpoint, role: string, policy: Policy): string {
  const isKey = role === 'api_key'
  if (e.can === 'operator') return isKey ? 'no' : 'operators'
  if (e.can === 'person') return isKey ? 'no' : 'yes'
  if (typeof e.can === 'string') return 'yes'
  const [resource, action] = e.can
  if (!policy.decide({ role, resource, action })) return 'no'
  return isKey && e.needs ? 'ticked' : 'yes'
}
