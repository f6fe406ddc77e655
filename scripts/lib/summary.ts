import { setupLink } from '../../contract/identity/setup-link.ts'
import { setupToken, type Stack, temporalUiUrl } from './stack.ts'

/** What `npm start -- --json` prints, once, when everything is ready. */
export interface Ready {
  url: string
  api: string
  openapi: string
  /** null when Temporal is external and TEMPORAL_UI_URL does not say where its UI is. */
  temporalUi: string | null
  mail: string
  data: string
  ready_ms: number
}

export function readyOf(stack: Stack, startedAt: number): Ready {
  return {
    url: stack.publicUrl,
    api: `${stack.publicUrl}/api/v1`,
    openapi: `${stack.publicUrl}/api/v1/openapi.json`,
    temporalUi: temporalUiUrl(stack) ?? null,
    // Without an SMTP server mails are kept, where the operator can read them.
    mail: process.env.SMTP_URL ? 'sent by SMTP_URL' : `${stack.publicUrl}/system`,
    data: stack.place.data,
    ready_ms: Date.now() - startedAt,
  }
}

/** The registration link for an instance that strangers can reach: only who reads this output becomes its operator. */
const firstAccount = (stack: Stack): string[][] =>
  stack.beyondLoopback
    ? [['First account', `${setupLink(stack.publicUrl, setupToken(stack))} (works once)`]]
    : []

/** The one block that a person reads after a start. */
export function summaryOf(stack: Stack, ready: Ready): string {
  const folders = foldersOf(stack).join(' and ')
  const rows = [
    ['Dashboard', ready.url],
    ...firstAccount(stack),
    ['API reference', `${ready.api}/`],
    ['Temporal UI', ready.temporalUi ?? 'external (set TEMPORAL_UI_URL to have it linked)'],
    ['Mail', ready.mail],
    ['Data', ready.data],
    ['Back this up', `${stack.place.keyFile} (without it sealed tokens cannot be read)`],
    ['Stop', 'Ctrl-C'],
    ['Back up', `stop, then copy ${folders}`],
    ['Reset', `stop, then delete ${folders}`],
  ]
  const lines = rows.map(([name, value]) => `  ${name?.padEnd(14)} ${value}`)
  return `\nPostAura is ready (${(ready.ready_ms / 1000).toFixed(1)} s)\n${lines.join('\n')}\n`
}

/** All that belongs to the instance. */
const foldersOf = ({ place }: Stack): string[] =>
  place.postgres.startsWith(place.data) ? [place.data] : [place.data, place.postgres]
