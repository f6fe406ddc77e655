/** The API's reference, rendered from the OpenAPI document: an overview with every operation, and a page for each subject. */
import { problems } from '#contract/platform/problems.ts'
import { chapters, type Chapter } from './openapi-words.ts'
import { home, schemasIn, subjectsOf, type Document, type Subject } from './document.ts'
import { frame } from './frame.ts'
import { code, escape, prose } from './html.ts'
import type { Grants } from '../../policies/access/grants.ts'
import { methodTag, operationArticle, pathCode } from './operation.ts'
import { fields } from './schema.ts'

/** Every page by its path; the policy says for whom an operation is. */
export function referencePages(document: Document, policy: Grants): Map<string, string> {
  const subjects = subjectsOf(document)
  return new Map([
    [home, overview(document, subjects)],
    ...subjects.map((subject): [string, string] => [
      subject.href,
      subjectPage(document, policy, subjects, subject),
    ]),
  ])
}

function overview(document: Document, subjects: Subject[]): string {
  const base = document.servers[0]!.url
  const title = 'API reference'
  const lists = subjects.map(
    (subject) =>
      `<section class="card"><h3 id="tag-${escape(subject.name)}"><a href="${subject.href}">${escape(subject.name)}</a></h3>
<p class="muted">${prose(subject.description)}</p>${operations(subject, subject.href)}</section>`,
  )
  const body = `<h1>${title}</h1><p class="lead">The API is at ${code(base)}.</p>
${chapters(base).map(chapter).join('\n')}
<h2 id="operations">Operations</h2>${lists.join('\n')}
<h2 id="schemas">Schemas</h2><ul class="names">${schemaLinks(document, subjects).join('')}</ul>`
  const description = 'Every operation of the PostAura API, by subject.'
  return frame(subjects, { title, description, href: home, body })
}

function chapter({ id, title, paragraphs, example }: Chapter): string {
  return `<section><h2 id="${id}">${escape(title)}</h2>${paragraphs.map((text) => `<p>${prose(text)}</p>`).join('')}${example ? `<pre>${escape(example)}</pre>` : ''}${id === 'errors' ? errorTable() : ''}</section>`
}

function errorTable(): string {
  const lines = Object.entries(problems)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(
      ([kind, { status, title, retry }]) =>
        `<tr id="error-${kind}"><td>${status}</td><td>${code(kind)}</td><td>${escape(title)}${retry ? '<span class="muted">; may be tried again</span>' : ''}</td></tr>`,
    )
  return `<table><thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">What it says</th></tr></thead><tbody>${lines.join('')}</tbody></table>`
}

/** `href` set: from another page, where each has its own name as its anchor. */
function operations({ places }: Subject, href?: string): string {
  const lines = places.map(({ method, path, operation: { operationId, summary } }) => {
    const id = escape(operationId)
    return `<li${href ? ` id="${id}"` : ''}><a href="${href ?? ''}#${id}">${methodTag(method)} <span>${escape(summary)}</span> ${pathCode(path)}</a></li>`
  })
  return `<ul class="operations">${lines.join('')}</ul>`
}

/** Each schema on the first page that has it; one that only refusals have is told of in words. */
function schemaLinks(document: Document, subjects: Subject[]): string[] {
  return Object.keys(document.components.schemas).map((name) => {
    const holder = subjects.find(({ places }) => schemasIn(document, places).includes(name))
    const id = `schema-${escape(name)}`
    return `<li id="${id}"><a href="${holder!.href}#${id}">${escape(name)}</a></li>`
  })
}

function subjectPage(
  document: Document,
  policy: Grants,
  subjects: Subject[],
  subject: Subject,
): string {
  const { name, href, places } = subject
  const description = prose(subject.description)
  const schemas = schemasIn(document, places).map(
    (one) =>
      `<article id="schema-${escape(one)}" aria-labelledby="schema-${escape(one)}-title"><h3 id="schema-${escape(one)}-title"><a href="#schema-${escape(one)}">${escape(one)}</a></h3>${fields(document.components.schemas[one]!)}</article>`,
  )
  const body = `<h1>${escape(name)}</h1><p class="lead">${description}</p>
<section class="card" aria-label="Operations">${operations(subject)}</section>
${places.map((place) => operationArticle(document, policy, place)).join('\n')}
<h2 id="schemas">Schemas</h2>${schemas.join('\n')}`
  const title = `${name} · API reference`
  return frame(subjects, { title, description: subject.description, href, body }, subject)
}
