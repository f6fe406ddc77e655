/** From facts, frames and a pattern to the pieces of one post on one network. */
import type { Brief } from '#contract/campaigns.ts'
import type { WriterNetwork } from '../types.ts'
import type { PostFacts } from './facts.ts'
import { fit } from './fit.ts'
import { type Form, formFor } from './patterns.ts'
import { type Picker, createPicker } from './picker.ts'
import { addressOf, intentOf, kindOf, publicAudience, tonesOf, tradeOf } from './read.ts'
import { type Wishes, noWishes } from './remark.ts'
import type { Intent, Stock, Tone, Trade } from './stock.ts'
import { hashtags } from './tags.ts'
import { type Filling, afterColon, fill, item, led, sentence, upperFirst } from './text.ts'

/** What stays the same over a campaign, and the picker that remembers what was used. */
export interface Voice {
  brief: Brief
  stock: Stock
  picker: Picker
  filling: Filling
  trade: Trade
  intent: Intent
  tones: Tone[]
  /** Posts that may still name the audience: a long description is worth saying once. */
  audienceLeft: number
}

/** A piece of text and the name it has in the pattern. */
export interface Piece {
  name: string
  text: string
  /** Begins a new paragraph. */
  paragraph: boolean
  line?: boolean
}

export function createVoice(brief: Brief, stock: Stock, seed: string): Voice {
  const { tones } = tonesOf(brief)
  const audience = publicAudience(brief)
  return {
    brief,
    stock,
    picker: createPicker(seed, tones),
    filling: { product: brief.product, audience, address: addressOf(brief, tones), language: brief.language },
    trade: tradeOf(brief),
    intent: intentOf(brief),
    tones,
    audienceLeft: audience === null ? 0 : audience.split(/\s+/).length > 5 ? 1 : 3,
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
    const form = formFor(network.name, network.textMax)
    const pieces = piecesOf(voice, facts, index, form, shared, { wishes, namesAudience })
    return [network.name, fit(pieces, network, voice.filling.product)] as const
  })
  if (namesAudience && texts.some(([, segments]) => segments.join().includes(voice.filling.audience ?? '\0'))) voice.audienceLeft -= 1
  return Object.fromEntries(texts)
}

interface Choice {
  wishes: Wishes
  namesAudience: boolean
}

function piecesOf(voice: Voice, facts: PostFacts, index: number, form: Form, shared: Map<string, string>, choice: Choice): Piece[] {
  const pattern = patternFor(voice, facts, form, choice)
  const support = [...facts.support]
  const supportsMax = choice.wishes.length === 'shorter' ? 0 : form.supportsMax + (choice.wishes.length === 'longer' ? 2 : 0)
  const state: State = { voice, facts, index, form, choice, support: support.slice(0, supportsMax), shared }
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
  return withName(voice, pieces)
}

/** A pattern for the post's role whose frames the tones and wishes allow. */
function patternFor(voice: Voice, facts: PostFacts, form: Form, { wishes, namesAudience }: Choice): string {
  if (wishes.list === 'yes' && facts.must.length + facts.support.length > 1) return 'introlist | list | question | call | tags'
  const sober = voice.tones.includes('plain') || voice.tones.includes('formal')
  const scenes = voice.stock.scenes[voice.trade] ?? []
  const allowed = (pattern: string) =>
    (!pattern.includes('scene') || (scenes.length > 0 && !sober && !wishes.direct)) &&
    (!pattern.includes('audience') || namesAudience) &&
    (!pattern.includes('list') || (wishes.list !== 'no' && wishes.length !== 'shorter' && facts.support.length > 1)) &&
    (!/intro(?!list)/.test(pattern) || !wishes.direct)
  const role = facts.must.length === 0 ? 'bare' : facts.role
  const own = form[role].filter(allowed)
  const candidates = own.length > 0 ? own : facts.must.length > 0 ? form.middle.filter(allowed) : form.bare.slice(-1)
  return voice.picker.pattern(candidates, `${role} ${form.supportsMax}`)
}

interface State {
  voice: Voice
  facts: PostFacts
  index: number
  form: Form
  choice: Choice
  /** Facts still at hand. */
  support: string[]
  /** Choices that a post's networks have in common. */
  shared: Map<string, string>
}

type Text = Pick<Piece, 'name' | 'text' | 'line'>
const none: Text[] = []

/** Writes one piece; nothing when the brief has nothing for it. */
function write(name: string, s: State): Text[] {
  const { stock, picker, filling, trade } = s.voice
  const one = (text: string | null): Text[] => (text === null ? none : [{ name, text: fill(text, filling) }])
  const takes = writers[name]
  if (takes) return takes(s)
  if (name === 'scene') return one(sharedFrame(s, 'scene', () => picker.from(stock.scenes[trade] ?? [])))
  if (name === 'intro') return one(picker.pool(stock.intros, (f) => s.facts.must.length > 0 || !f.endsWith(':')))
  if (name === 'afterword') return one(picker.pool(stock.afterwords))
  if (name === 'introlist') return one(picker.from(stock.lists))
  if (name === 'recap') return one(picker.from(stock.recaps))
  return none
}

const writers: Record<string, (s: State) => Text[]> = {
  lead: (s) => s.facts.must.map((f) => ({ name: 'fact', text: sentence(f) })),
  labelled: (s) => labelled(s, s.facts.must, 'fact'),
  named: (s) => {
    const [first, ...rest] = s.facts.must
    if (!first) return none
    const name = `${upperFirst(s.voice.filling.product)}:`
    return [{ name: 'fact', text: led(name, first, s.voice.brief.language) }, ...rest.map((f) => ({ name: 'fact', text: sentence(f) }))]
  },
  support: (s) => joined(s, 'support'),
  support2: (s) => joined(s, 'support2'),
  relabelled: (s) => labelled(s, s.support.splice(0, 1), 'relabelled'),
  list: (s) => lines(s, [...s.facts.must, ...s.support.splice(0)]),
  restlist: (s) => lines(s, s.support.splice(0)),
  'audience+lead': (s) => [...audience(s), ...s.facts.must.map((f, i) => afterAudience(s, f, 'fact', i))],
  'audience+support2': (s) => {
    const [fact] = s.support.splice(0, 1)
    return fact ? [...audience(s), afterAudience(s, fact, 'support2', 0)] : none
  },
  question: (s) => question(s),
  call: (s) => call(s),
  tags: (s) => {
    const count = s.voice.tones.includes('formal') ? Math.min(2, s.form.hashtags) : s.form.hashtags
    const text = s.choice.wishes.hashtags ? hashtags(s.voice.brief, s.index, count).join(' ') : ''
    return text ? [{ name: 'tags', text }] : none
  },
}

function labelled(s: State, facts: string[], name: string): Text[] {
  return facts.map((fact, i) => {
    const label = i === 0 ? s.voice.picker.from(s.voice.stock.labels[kindOf(fact)]) : null
    return { name, text: label ? led(fill(label, s.voice.filling), fact, s.voice.brief.language) : sentence(fact) }
  })
}

function joined(s: State, name: string): Text[] {
  const [fact] = s.support.splice(0, 1)
  if (!fact) return none
  const joiner = s.voice.picker.pool(s.voice.stock.joiners)
  return [{ name, text: joiner ? led(fill(joiner, s.voice.filling), fact, s.voice.brief.language) : sentence(fact) }]
}

function lines(s: State, facts: string[]): Text[] {
  return facts.slice(0, s.form.listMax).map((f, i) => ({ name: i < s.facts.must.length ? 'fact' : 'support', text: item(f), line: true }))
}

function audience(s: State): Text[] {
  if (!s.choice.namesAudience) return none
  const frame = sharedFrame(s, 'audience', () => s.voice.picker.from(s.voice.stock.audience))
  return frame ? [{ name: 'audience', text: fill(frame, s.voice.filling) }] : none
}

/** The first fact goes on after the audience's colon; when there is no audience, it is a sentence. */
function afterAudience(s: State, fact: string, name: string, i: number): Text {
  const goesOn = i === 0 && s.choice.namesAudience && s.voice.filling.audience !== null
  return { name, text: goesOn ? afterColon(fact, s.voice.brief.language) : sentence(fact) }
}

/** Every second post asks, fewer in sober tones; a remark decides over both. */
function question(s: State): Text[] {
  const { wishes } = s.choice
  const sober = s.voice.tones.some((t) => t === 'plain' || t === 'formal' || t === 'bold')
  const wanted = wishes.question === 'yes' || (wishes.question !== 'no' && !wishes.direct && !sober && wishes.length !== 'shorter' && s.index % 2 === 0)
  if (!wanted) return none
  const { stock, picker, trade, filling } = s.voice
  const frame = picker.from([...(stock.questions[trade] ?? []), ...(stock.questions.any ?? [])])
  return frame ? [{ name: wishes.question === 'yes' ? 'asked' : 'question', text: fill(frame, filling) }] : none
}

function call(s: State): Text[] {
  const { brief, stock, picker, intent, tones, filling } = s.voice
  const link = s.choice.wishes.link ? brief.links[s.index % Math.max(1, brief.links.length)] : undefined
  const asked = s.choice.wishes.question === 'yes' && s.form.hashtags === 0 ? question(s) : none
  if (!link) {
    const frame = picker.from(stock.bareCalls[intent])
    return frame ? [...asked, { name: 'call', text: fill(frame, filling) }] : asked
  }
  const frames = tones.includes('formal') ? stock.formalCalls : stock.calls[intent]
  const frame = picker.from(frames) ?? '{link}'
  return [...asked, { name: 'call', text: fill(frame, filling).replace('{link}', link) }]
}

function sharedFrame(s: State, key: string, choose: () => string | null): string | null {
  const known = s.shared.get(key)
  if (known !== undefined) return known
  const frame = choose()
  if (frame !== null) s.shared.set(key, frame)
  return frame
}

/** Somebody who sees a single post must learn what it is about: a text without the product's name gets it before its first fact. */
function withName(voice: Voice, pieces: Piece[]): Piece[] {
  const { product, language } = voice.filling
  const named = (p: Piece) => p.name !== 'tags' && p.text.toLowerCase().includes(product.toLowerCase())
  if (pieces.some((p) => named(p) && p.name !== 'afterword' && p.name !== 'intro')) return pieces
  // Frames may be dropped for want of room, so the name they hold is only safe when there is room; `fit` sees to that by `keep`.
  const holder = pieces.find(named)
  if (holder) {
    holder.name = 'name'
    return pieces
  }
  const at = pieces.findIndex((p) => p.name === 'call')
  const target = pieces[at]
  if (target) {
    const rest = /https?:\S+/.exec(target.text)?.[0]
    target.text = rest ? `${upperFirst(product)}: ${rest}` : `${target.text} ${upperFirst(product)}.`
    target.name = 'name'
    return pieces
  }
  return [...pieces, { name: 'name', text: led(`${upperFirst(product)}`, '', language).trim(), paragraph: true }]
}
