/** Legal documents: Markdown files with front matter, one for each version, never edited after release. */
import { readdirSync, readFileSync } from 'node:fs'
import { marked } from 'marked'

export type LegalName = 'privacy' | 'terms'
export interface LegalText {
  title: string
  version: string
  effective: string
  updated: string
  html: string
}

const folder = new URL('../../policies/legal/', import.meta.url)

/** Every version of a document, newest first. */
export function legalVersions(name: LegalName): LegalText[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${name}-`) && file.endsWith('.md'))
    .map((file) => parse(readFileSync(new URL(file, folder), 'utf8'), file))
    .sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
}

/** The newest version in effect on a day (`2026-05-14`). */
export const inEffect = (versions: LegalText[], day: string): LegalText | undefined =>
  versions.find((v) => v.effective <= day)

function parse(source: string, file: string): LegalText {
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source)
  if (!match) throw new Error(`${file} has no front matter`)
  const fields = Object.fromEntries(
    match[1]!.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    }),
  )
  for (const name of ['title', 'version', 'effective', 'updated'])
    if (!fields[name]) throw new Error(`${file} does not say its ${name}`)
  const { title, version, effective, updated } = fields as unknown as LegalText
  return { title, version, effective, updated, html: marked.parse(match[2]!, { async: false }) }
}
