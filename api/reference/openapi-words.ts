/** What has to be known before the first request: the OpenAPI document's description, and the first part of the reference. */
import { z } from 'zod'
import { PageQuery } from '#contract/platform/common.ts'
import { tagOf } from '../if-match.ts'

export interface Chapter {
  /** Its anchor in the reference. */
  id: string
  title: string
  /** Markdown: words, `code` and [links](https://example.org). */
  paragraphs: string[]
  /** Lines for a shell. */
  example?: string
}

const { limit } = z.toJSONSchema(PageQuery, { io: 'input' }).properties as Record<
  'limit',
  { default: number; maximum: number }
>

/** `base` is where the API is. */
export const chapters = (base: string): Chapter[] => [
  {
    id: 'about',
    title: 'About',
    paragraphs: [
      'Everything that the dashboard does goes through this API: JSON over HTTP. Instants are RFC 3339 with an offset, time zones are IANA names, ids are UUIDs. Answers may get more fields; ignore those you do not know.',
    ],
  },
  {
    id: 'authentication',
    title: 'Authentication',
    paragraphs: [
      `Every request that is not public carries \`Authorization: Bearer\` with an API key, or with the access token of a session. A key is made in the settings of a workspace or by [\`createApiKey\`](${base}/#createApiKey), and its secret is shown once. It may do there what a key may and what the role of its maker allows, and it approves, publishes and deletes only when that was ticked. A session is begun by [\`signIn\`](${base}/#signIn) with \`"asTokens": true\`, and [\`refreshSession\`](${base}/#refreshSession) renews it.`,
      'Without a key or a session the answer is 401; without the right 403, and 404 to whoever is no member of the workspace.',
    ],
    example: `export POSTAURA_KEY=…\ncurl '${base}/me' -H "Authorization: Bearer $POSTAURA_KEY"`,
  },
  {
    id: 'errors',
    title: 'Errors',
    paragraphs: [
      'Every refusal is `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)): `code` for programs, `detail` as a sentence for people, `errors` with a JSON pointer for every field that needs another value, and `instance`, the number to name when you report a failure. What may be tried again says by `Retry-After` when.',
    ],
  },
  {
    id: 'paging',
    title: 'Paging',
    paragraphs: [
      `Long lists come in pages of \`limit\` items: ${limit.default} unless you say otherwise, ${limit.maximum} at most. An answer has \`data\` and \`next\`; send \`next\` as \`cursor\` for the page after it. It is \`null\` on the last page, and opaque.`,
    ],
  },
  {
    id: 'idempotency',
    title: 'Repeats',
    paragraphs: [
      'A POST that needs a session or a key takes an `Idempotency-Key` of your choice, but for those that a password or a new key goes with. The same request with the same key is done once, and answered again for 24 hours, with `Idempotent-Replayed: true`, as long as you may still do it: with the status of the first time, and with what it made as it is now. A refused request leaves its key free. The same key with another request is answered 422 `key_reused`; while the first one is being worked on, 409 `in_flight`.',
    ],
  },
  {
    id: 'versions',
    title: 'Versions',
    paragraphs: [
      `Posts, campaigns and workspaces have a \`version\`, and their \`ETag\` says it: \`${tagOf(3)}\`. A change with \`If-Match\` happens only to the version that it names, and is answered 412 \`stale\` otherwise; where \`If-Match\` is required, its absence is answered 428. \`*\` means whichever version there is. Tags are compared strongly, as [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#name-if-match) has it for \`If-Match\`, so a weak one (\`W/${tagOf(3)}\`) never matches. Other things have no version: a change of them takes no tag.`,
    ],
  },
  {
    id: 'limits',
    title: 'Limits',
    paragraphs: [
      'Requests are counted for each person, each key, and each address without either. `RateLimit-Policy` says the limit, `RateLimit` what is left of it; beyond it the answer is 429 with `Retry-After`.',
    ],
  },
]

/** The same as Markdown. */
export const description = (base: string): string =>
  chapters(base)
    .map(({ title, paragraphs, example }) =>
      [`## ${title}`, ...paragraphs, ...(example ? ['```sh\n' + example + '\n```'] : [])].join(
        '\n\n',
      ),
    )
    .join('\n\n')
