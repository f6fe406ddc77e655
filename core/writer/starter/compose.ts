/** From facts, frames and a pattern to the pieces of one post on one network. */
import type { Brief } from '#contract/campaigns/campaigns.ts'
import type { Patterns } from '../../../networks/manifest.ts'
import type { Slot, WriterNetwork } from '../types.ts'
import type { PostFacts } from './facts.ts'
import { fit } from './fit.ts'
import { patternsOf } from './patterns.ts'
import { type Picker, createPicker } from './picker.ts'
import { type Choice, type Piece, type State, write } from './pieces.ts'
import { addressOf, intentOf, kindOf, publicAudience, tonesOf, tradeOf } from './read.ts'
import { type Wishes, noWishes } from './remark.ts'
import type { Intent, Stock, Tone, Trade } from './stock.ts'
import { type Filling, sentence } from './text.ts'

/** What stays the same over a campaign, and the picker that remembers what was used. */
export interface Voice {
  brief: Brief
  stock: Stock
  picker: Picker
  filling: Filling
  trade: Trade
  intent: Intent
  tones: Tone[]
  slots: Slot[]
  /** Posts that may still name the audience: a long description is worth saying once. */
  audienceLeft: number
}

export function createVoice(brief: Brief, stock: Stock, slots: Slot[], seed: string): Voice {
  const { tones } = tonesOf(brief)
  const audience = publicAudience(brief)
  return {
    brief,
    stock,
    picker: createPicker(seed, tones, usableFor(brief)),
    filling: {
      product: brief.product,
      audience,
      address: addressOf(brief, tones),
      language: brief.language,
    },
    trade: tradeOf(brief),
    intent: intentOf(brief),
    tones,
    slots,
    audienceLeft: audience === null ? 0 : audience.split(/\s+/).length > 4 ? 1 : 3,
  }
}

/** One post for each network, as segments. Spends frames: the order of calls is the order of the campaign. */
export function composePost(
  voice: Voice,
  facts: PostFacts,
  index: number,
  networks: WriterNetwork[],
  wishes: Wishes = noWishes,
): Record<string, string[]> {
  const namesAudience = voice.audienceLeft > 0
  const shared = new Map<string, string>()
  const texts = networks.map((network) => {
    const form = patternsOf(network.name)
    const pieces = piecesOf(voice, facts, index, form, shared, { wishes, namesAudience })
    return [network.name, fit(pieces, network)] as const
  })
  if (
    namesAudience &&
    texts.some(([, segments]) => segments.join().includes(voice.filling.audience ?? '\0'))
  )
    voice.audienceLeft -= 1
  return Object.fromEntries(texts)
}

/** “More on Ridgeline” reads well, “more on spring pottery course” lacks its article: a description stands alone or begins. */
function usableFor({ product, language }: Brief): (frame: string) => boolean {
  const described =
    language.startsWith('en') &&
    /\s[a-z]{3,}/.test(product) &&
    !/^(?:the|our|my|an?) /i.test(product)
  return (frame) => !described || !/\w \{product\}/.test(frame)
}

/** Lines of a list in the middle of a campaign; only the last post tells everything. */
const listed = 4

function piecesOf(
  voice: Voice,
  facts: PostFacts,
  index: number,
  form: Patterns,
  shared: Map<string, string>,
  choice: Choice,
): Piece[] {
  const pattern = patternFor(voice, facts, form, choice)
  const { length } = choice.wishes
  const lists = pattern.includes('list')
  const supportsMax = length === 'shorter' ? 0 : form.supportsMax + (length === 'longer' ? 2 : 0)
  const atHand = pattern.includes('recap')
    ? form.listMax
    : lists
      ? Math.min(form.listMax, listed) - facts.must.length
      : supportsMax
  const support = facts.support.slice(0, Math.max(0, atHand))
  const state: State = {
    voice,
    facts,
    index,
    form,
    choice,
    support,
    shared,
    named: /open|named|list|recap/.test(pattern),
    pattern,
    run: 0,
  }
  const pieces: Piece[] = []
  for (const [p, paragraph] of pattern.split(' | ').entries()) {
    let begins = p > 0
    for (const name of paragraph.split(' ')) {
      for (const text of write(name, state)) {
        pieces.push({ ...text, paragraph: begins && !text.line })
        begins = false
      }
    }
  }
  return longer(state, pieces)
}

/** What a remark asked for beyond the pattern stands before the call. */
function longer(s: State, pieces: Piece[]): Piece[] {
  if (s.choice.wishes.length !== 'longer' || s.support.length === 0) return pieces
  const at = pieces.findIndex((p) => p.name === 'call' || p.name === 'name')
  const more = s.support
    .splice(0)
    .map((f, i) => ({ name: 'support', text: sentence(f), paragraph: i === 0 }))
  return at < 0
    ? [...pieces, ...more]
    : [
        ...pieces.slice(0, at),
        ...more,
        ...pieces.slice(at).map((p, i) => (i === 0 ? { ...p, paragraph: true } : p)),
      ]
}

/** “For families: …” wants a fact that is of use to them, not one about ourselves. */
function forSomebody(facts: PostFacts): boolean {
  const [lead] = facts.must
  return lead !== undefined && !['people', 'place', 'making', 'material'].includes(kindOf(lead))
}

/** A pattern for the post's role whose frames the tones and wishes allow. */
function patternFor(
  voice: Voice,
  facts: PostFacts,
  form: Patterns,
  { wishes, namesAudience }: Choice,
): string {
  if (wishes.list === 'yes' && facts.must.length + facts.support.length > 1)
    return 'introlist | list | call | question | tags'
  const sober = voice.tones.includes('plain') || voice.tones.includes('formal')
  const scenes = voice.stock.scenes[voice.trade] ?? []
  const asides = voice.tones.some((t) => voice.stock.asides[t])
  const allowed = (pattern: string) =>
    (!pattern.includes('scene') || (scenes.length > 0 && !sober && !wishes.direct)) &&
    (!pattern.includes('audience') || (namesAudience && !wishes.direct && forSomebody(facts))) &&
    (!/lead aside/.test(pattern) || (asides && forSomebody(facts))) &&
    (/open|named|list|recap/.test(pattern) || (voice.brief.links.length > 0 && wishes.link)) &&
    (!pattern.includes('list') ||
      (wishes.list !== 'no' && wishes.length !== 'shorter' && facts.support.length > 1))
  const role = facts.must.length === 0 ? 'bare' : facts.role
  const own = form[role].filter(allowed)
  const candidates =
    own.length > 0 ? own : facts.must.length > 0 ? form.middle.filter(allowed) : form.bare.slice(-1)
  return voice.picker.pattern(candidates, `${role} ${form.listMax}`)
}
