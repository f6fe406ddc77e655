/** Writes docs/networks/: one page for each network, made of its manifest and of what its functions declare. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { Manifest, RecoveryClass } from '../networks/manifest.ts'
import { manifests } from '../networks/manifests.ts'
import type { Network } from '../networks/network.ts'
import { networks } from '../networks/registry.ts'
import { inRoot } from './lib/paths.ts'

export const docsFolder = inRoot('docs', 'networks')

/** Pages by the name of their file. */
export function networkDocs(): Map<string, string> {
  const pages = manifests().map((m) => [`${m.name}.md`, page(m, networks[m.name]!)] as const)
  return new Map(pages)
}

const recoveries: Record<RecoveryClass, string> = {
  client_id:
    'the id is chosen by PostAura, so a repeat is the same post and its place can be asked',
  dedupe_key: 'the network keeps a key of ours and answers a repeat with the first post',
  readable_handle: 'an invisible handle is made first, and asked whether it was published',
  unique_field: 'a field of the post is ours and can be looked up',
  listable: 'own posts can be listed and compared',
  blind: 'nothing can be asked: a person decides',
}

/** A page for one network; also of one that is not registered. */
export function page(manifest: Manifest, network: Network): string {
  const sections = [
    `# ${manifest.title}\n\n<!-- Made by \`npm run network-docs\` from networks/${manifest.name}/. A test holds it to the code: edit the manifest. -->`,
    facts(manifest),
    limits(manifest),
    handles(manifest),
    connecting(manifest, network),
    options(manifest),
    storage(manifest),
    writing(manifest),
  ]
  return `${sections.filter(Boolean).join('\n\n')}\n`
}

const table = (head: string, rows: string[][]): string =>
  [`| ${head} | |`, '| --- | --- |', ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n')

function facts({ name, own, recipient, recovery, dedupeWindow, port }: Manifest): string {
  const place = recipient?.country ?? 'wherever that server is'
  return table('in short', [
    ['name in the API', `\`${name}\``],
    [
      'who gets the posts',
      recipient ? `${recipient.name} (${place})` : 'nobody else: PostAura shows them itself',
    ],
    ...(own ? [['account', 'none: every workspace has one from the start']] : []),
    ['after a lost answer', recoveries[recovery]],
    ['a repeat is known as one', windowWords(dedupeWindow)],
    ...(port ? [['stands on', `PostAura's own tables, behind the port \`${port}\``]] : []),
  ])
}

function windowWords(ms: number): string {
  if (ms === Infinity) return 'without end'
  return ms === 0 ? 'never' : `for ${ms / 60_000} minutes after its first arrival`
}

function limits(m: Manifest): string {
  const varying = m.rulesOn ? '\n\nEach server may set its own; these are the usual ones.' : ''
  const rows = [
    ['characters a part', String(m.textMax)],
    ['parts of a thread', String(m.segmentsMax)],
    ['images a part', m.mediaMax ? `${m.mediaMax}, at most ${megabytes(m.mediaBytesMax)}` : 'none'],
    ...(m.mediaMax
      ? [
          ['kinds of images', m.mediaMimes.join(', ')],
          ['description of an image', `${m.altMax} characters`],
        ]
      : []),
    ['card of a link', cards[m.cards]],
    [
      'long texts',
      m.fold ? `folded after ${m.fold.over} lines, ${m.fold.shows} of them stay` : 'shown whole',
    ],
  ]
  return `## What it takes\n\n${table('limit', rows)}${varying}\n\nSource: ${m.source}`
}

const cards = {
  ours: 'made by PostAura when it publishes',
  theirs: 'made by the server later',
  none: 'none',
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 100_000) / 10} MB`

function handles({ handles: { example, words, link, written } }: Manifest): string {
  const address = link(example)
  const shown = written === '@name' ? 'behind an `@`' : 'as it is'
  return `## Handles\n\n${words} That of a channel is shown ${shown}.${address ? ` \`${example}\` leads to ${address}.` : ''}`
}

function connecting({ connect, redirect }: Manifest, { documents = [] }: Network): string {
  const ways = Object.entries(connect).map(([name, { kind, title, fields, permissions }]) =>
    [
      `### ${title} (\`${name}\`)`,
      kind === 'form'
        ? 'Done at once.'
        : "A person agrees on the network's own page and comes back.",
      ...(fields.length ? [fields.map(fieldLine).join('\n')] : []),
      table(
        'permission',
        permissions.map(({ scope, why }) => [`\`${scope}\``, why]),
      ),
    ].join('\n\n'),
  )
  const notes = [
    redirect === 'loopback' &&
      "On one's own machine people are sent back to 127.0.0.1, never to the name localhost; a route there passes them on.",
    documents.length > 0 &&
      `Where PostAura's address is https, the network reads there who it is: ${documents.map(({ path }) => `\`${path}\``).join(', ')}.`,
  ].filter(Boolean)
  if (ways.length === 0) return '## Connecting\n\nNothing is connected.'
  return ['## Connecting', ...ways, ...notes].join('\n\n')
}

const fieldLine = ({ label, help, optional }: Manifest['connect'][string]['fields'][number]) =>
  `- ${label}${optional ? ' (may be left empty)' : ''}${help ? `: ${help}` : ''}`

function options({ options }: Manifest): string {
  const lines = options.map(({ name, label, choices, fallback }) => {
    const values = choices.map(({ value, label: words }) => `\`${value}\` (${words})`)
    return `- \`${name}\`, ${label}: ${values.join(', ')}; without one \`${fallback}\``
  })
  return lines.length ? `## Options in a channel's settings\n\n${lines.join('\n')}` : ''
}

function storage({ terms }: Manifest): string {
  const days = (count: number | null) => (count === null ? 'not said' : `${count} days`)
  const lines = terms.map(
    ({ field, longestDays, afterRevocationDays, source }) =>
      `- ${field}: kept ${days(longestDays)} at the longest, ${days(afterRevocationDays)} after the access was revoked (${source})`,
  )
  return `## Its terms of storage\n\n${lines.join('\n') || 'None that limits what PostAura keeps is known.'}`
}

function writing({ style, patterns: { supportsMax, hashtags } }: Manifest): string {
  const rows = [
    ['told to a model', style],
    ['further facts of the starter writer, at most', String(supportsMax)],
    ['its hashtags, at most', String(hashtags)],
  ]
  return `## How it is written for\n\n${table('writer', rows)}`
}

if (import.meta.main) {
  const pages = networkDocs()
  mkdirSync(docsFolder, { recursive: true })
  for (const file of readdirSync(docsFolder)) if (!pages.has(file)) rmSync(`${docsFolder}/${file}`)
  for (const [file, text] of pages) writeFileSync(`${docsFolder}/${file}`, text)
}
