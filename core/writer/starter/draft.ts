/** The starter writer's draft: composes the campaign up to the post that is asked for, so that every post knows what came before it. */
import type { Draft, DraftInput, WriterNetwork } from '../types.ts'
import { type Voice, composePost, createVoice } from './compose.ts'
import { type PostFacts, assignFacts } from './facts.ts'
import { neutralPost } from './neutral.ts'
import { kindOf, stockFor, tonesOf } from './read.ts'
import { type Wishes, noWishes, readRemark } from './remark.ts'
import type { Kind } from './stock.ts'

/** What the starter writer follows, as it tells people who asked for something else. */
const follows =
  'shorter, longer, more direct, as a list, with a question, without hashtags, without the link, with or without a word'

export function starterDraft(input: DraftInput): Draft {
  const { brief, slots, index, networks, redraft } = input
  const seed = [brief.product, brief.audience, ...brief.facts].join('\n')
  const facts = assignFacts(brief, slots, seed)
  const own = facts[index] ?? { must: [], support: [], role: 'middle' as const }
  const { wishes, rest } = redraft ? readRemark(redraft.remark) : { wishes: noWishes, rest: '' }
  const { asked, missing } = redraft
    ? wished(own, brief.facts, wishes)
    : { asked: own, missing: [] }
  const stock = stockFor(brief.language)
  const texts = stock
    ? written(createVoice(brief, stock, slots, seed), facts, asked, input, wishes)
    : neutralPost(brief, asked, index, networks)
  const notes = [...notesOn(input), ...missing, ...(rest ? [cannot(rest)] : [])]
  return { ...toDraft(texts, networks), notes }
}

/** Composes all posts before this one, this one, and as many further versions of it as were asked for. */
function written(
  voice: Voice,
  facts: PostFacts[],
  asked: PostFacts,
  { index, networks, redraft }: DraftInput,
  wishes: Wishes,
): Record<string, string[]> {
  for (let i = 0; i < Math.min(index, facts.length); i += 1)
    composePost(voice, facts[i]!, i, networks)
  if (!redraft) return composePost(voice, asked, index, networks)
  // Frames of the posts that follow are spent first, so that another version takes none of theirs while there are others.
  for (let i = index; i < facts.length; i += 1) composePost(voice, facts[i]!, i, networks)
  const seen = new Set<string>([redraft.previous.segments.join('\n')])
  let texts: Record<string, string[]> = {}
  for (let n = 0, found = 0; n < redraft.times + 8 && found < redraft.times; n += 1) {
    const support = [...asked.support.slice(n % 2), ...asked.support.slice(0, n % 2)]
    texts = composePost(voice, { ...asked, support, role: 'middle' }, index, networks, wishes)
    const key = Object.values(texts).flat().join('\n')
    if (!seen.has(key)) found += 1
    seen.add(key)
  }
  return texts
}

/** Words people use for a kind of fact. */
const kindWords: Partial<Record<Kind, RegExp>> = {
  price: /^(?:prices?|costs?|money|preise?|kosten|geld)$/iu,
  place: /^(?:address|place|location|adresse|ort)$/iu,
  hours: /^(?:opening hours|hours|times?|öffnungszeiten|zeiten)$/iu,
  date: /^(?:dates?|datum|termine?)$/iu,
  people: /^(?:people|team|names?|namen?)$/iu,
}

function speaksOf(fact: string, word: string): boolean {
  const plain = word.replace(/^(?:the|a|an|der|die|das|den|dem) /iu, '')
  return (
    fact.toLowerCase().includes(plain.toLowerCase()) ||
    (kindWords[kindOf(fact)]?.test(plain) ?? false)
  )
}

/** The post's facts after “with X” and “without Y”. */
function wished(
  own: PostFacts,
  all: string[],
  wishes: Wishes,
): { asked: PostFacts; missing: string[] } {
  const banned = (f: string) => wishes.without.some((w) => speaksOf(f, w))
  const wanted = all.filter((f) => wishes.with.some((w) => speaksOf(f, w)) && !banned(f))
  const must = [...new Set([...wanted, ...own.must.filter((f) => !banned(f))])]
  const support = [...own.support.filter((f) => !banned(f) && !must.includes(f))]
  if (must.length === 0) must.push(...support.splice(0, 1))
  const missing = wishes.with
    .filter((w) => !all.some((f) => speaksOf(f, w)))
    .map(
      (w) =>
        `“${w}” is not in your brief, so the starter writer cannot write about it. Add it as a fact.`,
    )
  return { asked: { ...own, must, support }, missing }
}

function cannot(rest: string): string {
  return `The starter writer could not follow “${rest}”; this is another version. It follows: ${follows}.`
}

/** What a person should know once about the whole, said where they see it first. */
function notesOn({ brief, slots, index, redraft }: DraftInput): string[] {
  if (redraft) return []
  const notes: string[] = []
  const facts = new Set(brief.facts).size
  if (index === 0) {
    const { unknown } = tonesOf(brief)
    if (!stockFor(brief.language))
      notes.push(
        'The starter writer has no phrases in this language; it arranges your own words. A model provider can write it.',
      )
    if (unknown.length > 0 && stockFor(brief.language))
      notes.push(
        `The starter writer does not know the tone ${unknown.map((t) => `“${t}”`).join(', ')}.`,
      )
    if (facts === 0)
      notes.push('Your brief has no facts, so there is little to say. Add some and write again.')
  }
  const turn = facts > 0 && slots.length > facts ? Math.floor(index / facts) : 0
  if (turn === 2 && index % facts === 0)
    notes.push(
      `Your brief has ${facts} facts for ${slots.length} posts; from here on they return. More facts make more varied posts.`,
    )
  return notes
}

/** The tightest network's text is the common one, since it fits everywhere; the others get their own. */
function toDraft(
  texts: Record<string, string[]>,
  networks: WriterNetwork[],
): Pick<Draft, 'segments' | 'own'> {
  const [tightest, ...others] = [...networks].sort((a, b) => a.textMax - b.textMax)
  const segments = texts[tightest!.name]!
  const own = others
    .map(({ name }) => ({ network: name, segments: texts[name]! }))
    .filter((o) => o.segments.join('\0') !== segments.join('\0'))
  return { segments, own }
}
