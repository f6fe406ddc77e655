/** What every page of the reference has around it: the head, the subjects at its side, the ways before and back. */
import { createHash } from 'node:crypto'
import { home, type Subject } from './document.ts'
import { escape } from './html.ts'
import { style } from './style.ts'

/** Lets exactly our style through: no script, nothing from elsewhere. */
export const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`

export interface Sheet {
  title: string
  description: string
  href: string
  body: string
}

/** The page as HTML; `current` is the subject that it is about. */
export function frame(subjects: Subject[], sheet: Sheet, current?: Subject): string {
  const stops = [{ name: 'Overview', href: home }, ...subjects]
  const at = stops.findIndex(({ href }) => href === sheet.href)
  const [before, after] = [stops[at - 1], stops[at + 1]]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(sheet.title)} · PostAura</title>
<meta name="description" content="${escape(sheet.description)}">
${before ? `<link rel="prev" href="${before.href}">\n` : ''}${after ? `<link rel="next" href="${after.href}">\n` : ''}<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<div class="page">
${side(subjects, current)}
<main id="main" tabindex="-1">
${sheet.body}
<nav class="turn" aria-label="Pages">${before ? `<a rel="prev" href="${before.href}">← ${escape(before.name)}</a>` : ''}${after ? `<a rel="next" href="${after.href}">${escape(after.name)} →</a>` : ''}</nav>
</main>
</div>
</body>
</html>
`
}

function side(subjects: Subject[], current?: Subject): string {
  const here = (yes: boolean) => (yes ? ' aria-current="page"' : '')
  const items = subjects.map((subject) => {
    const mine = subject === current
    const operations = subject.places.map(
      ({ operation: { operationId: id } }) => `<li><a href="#${escape(id)}">${escape(id)}</a></li>`,
    )
    return `<li><a href="${subject.href}"${here(mine)}>${escape(subject.name)}</a>${mine ? `<ul>${operations.join('')}</ul>` : ''}</li>`
  })
  return `<nav class="side" aria-label="API reference"><a class="brand" href="/">PostAura</a>
<ul><li><a href="${home}"${here(!current)}>Overview</a></li>${items.join('')}</ul>
<div class="apart"><a href="${home}openapi.json">OpenAPI document</a></div></nav>`
}
