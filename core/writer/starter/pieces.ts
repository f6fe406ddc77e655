/** The pieces of a post: each name of a pattern, and how it is written. */
import type { Patterns } from '../../../networks/manifest.ts'
import { type PostFacts, notBegun } from './facts.ts'
import type { Voice } from './compose.ts'
import { kindOf } from './read.ts'
import type { Wishes } from './remark.ts'
import type { Intent } from './stock.ts'
import { hashtags } from './tags.ts'
import {
  type Filling,
  afterColon,
  continued,
  fill,
  item,
  lacksSubject,
  led,
  ownWords,
  sentence,
  stutters,
  withSubject,
} from './text.ts'

/** A piece of text and the name it has in the pattern. */
export interface Piece {
  name: string
  text: string
  /** Begins a new paragraph. */
  paragraph: boolean
  line?: boolean
}

/** More words of ours in a row could be the same in another campaign. */
const runMax = 5

export interface Choice {
  wishes: Wishes
  namesAudience: boolean
}

export interface State {
  voice: Voice
  facts: PostFacts
  index: number
  form: Patterns
  choice: Choice
  pattern: string
  /** Facts still at hand. */
  support: string[]
  /** Choices that a post's networks have in common. */
  shared: Map<string, string>
  /** Whether the text names the product before its call. */
  named: boolean
  /** Own words of frames since the brief last spoke; never more than `runMax`. */
  run: number
}

type Text = Pick<Piece, 'name' | 'text' | 'line'>
const none: Text[] = []

/** Writes one piece; nothing when the brief has nothing for it. */
export function write(name: string, s: State): Text[] {
  return writers[name]?.(s) ?? none
}

const writers: Record<string, (s: State) => Text[]> = {
  lead: (s) => s.facts.must.map((f) => ({ name: 'fact', text: told(s, f) })),
  labelled: (s) => labelled(s, s.facts.must, 'fact'),
  named: (s) =>
    s.facts.must.map((f, i) => ({
      name: 'fact',
      text: i === 0 ? withSubject(f, s.voice.filling) : told(s, f),
    })),
  support: (s) => joined(s, 'support'),
  support2: (s) => joined(s, 'support2'),
  relabelled: (s) => labelled(s, s.support.splice(0, 1), 'relabelled'),
  list: (s) => lines(s),
  audience,
  question,
  call,
  open: (s) => {
    const { stock, picker, filling } = s.voice
    const frame = s.choice.namesAudience
      ? sharedFrame(s, 'open', () => picker.from(stock.opens))
      : picker.pool(stock.intros)
    return framed('name', frame, filling)
  },
  scene: (s) =>
    framed(
      'scene',
      sharedFrame(s, 'scene', () => s.voice.picker.from(s.voice.stock.scenes[s.voice.trade] ?? [])),
      s.voice.filling,
    ),
  introlist: (s) => framed('name', s.voice.picker.from(s.voice.stock.lists), s.voice.filling),
  recap: (s) => {
    const { stock, picker, filling } = s.voice
    const complete = s.facts.must.length + s.facts.support.length <= s.form.listMax
    return framed('name', picker.from(complete ? stock.recaps : stock.lists), filling)
  },
  aside: (s) => {
    const { tones, stock, picker, filling } = s.voice
    // A paragraph of its own is for an offer of help; a wink only works right behind its fact.
    const fitting = s.form.supportsMax > 2 ? tones.filter((t) => t === 'warm') : tones
    const frames = s.choice.wishes.direct ? [] : fitting.flatMap((t) => stock.asides[t] ?? [])
    const frame = picker.from(frames)
    s.run = frame === null ? 0 : ownWords(frame)
    return framed('aside', frame, filling)
  },
  tags: (s) => {
    const count = s.voice.tones.includes('formal') ? Math.min(2, s.form.hashtags) : s.form.hashtags
    const text = s.choice.wishes.hashtags ? hashtags(s.voice.brief, s.index, count).join(' ') : ''
    return text ? [{ name: 'tags', text }] : none
  },
}

function framed(name: string, frame: string | null, filling: Filling): Text[] {
  return frame === null ? none : [{ name, text: fill(frame, filling) }]
}

/** A fact as a sentence; one that lacks its subject gets the product, and later a pronoun. */
function told(s: State, fact: string): string {
  // A mere amount among sentences would be a riddle.
  if (kindOf(fact) === 'price' && fact.length < 16) return underLabel(s, fact)
  if (s.named) return continued(fact, s.voice.filling)
  if (!lacksSubject(fact, s.voice.brief.language)) return sentence(fact)
  s.named = true
  return withSubject(fact, s.voice.filling)
}

function labelled(s: State, facts: string[], name: string): Text[] {
  return facts.map((fact, i) => {
    if (i > 0 || lacksSubject(fact, s.voice.brief.language)) return { name, text: told(s, fact) }
    return { name, text: underLabel(s, fact) }
  })
}

/** A fact behind a label of its kind. One that has a colon of its own, or says the label's word itself, stands alone. */
function underLabel(s: State, fact: string): string {
  const { picker, stock, filling } = s.voice
  const label = /^[^.]{0,40}: /.test(fact)
    ? null
    : picker.from(stock.labels[kindOf(fact)], (l) => !stutters(l, fact))
  return label ? led(fill(label, filling), fact, filling.language) : sentence(fact)
}

/** One fact more. Most follow as they are; now and then a joiner breaks the row. */
function joined(s: State, name: string): Text[] {
  const [fact] = s.support.splice(0, 1)
  if (!fact) return none
  const wanted =
    name === 'support2' && s.index % 2 === 1 && !lacksSubject(fact, s.voice.brief.language)
  const joiner = wanted
    ? s.voice.picker.pool(s.voice.stock.joiners, (j) => !stutters(j, fact))
    : null
  return [
    {
      name,
      text: joiner
        ? led(fill(joiner, s.voice.filling), fact, s.voice.brief.language)
        : told(s, fact),
    },
  ]
}

/** The facts at hand in the brief's own order, as many as the network takes; those the post must tell are always among them. */
function lines(s: State): Text[] {
  const chosen = [...s.facts.must, ...s.support.splice(0)].slice(
    0,
    Math.max(s.form.listMax, s.facts.must.length),
  )
  return s.voice.brief.facts
    .filter((f, i, all) => chosen.includes(f) && all.indexOf(f) === i)
    .map((f) => ({
      name: s.facts.must.includes(f) ? 'fact' : 'support',
      text: item(f),
      line: true,
    }))
}

function audience(s: State): Text[] {
  const [lead] = s.facts.must
  const standsAlone = (f: string) => !f.endsWith(':')
  const colonFits =
    lead !== undefined && !lead.includes(':') && !lacksSubject(lead, s.voice.brief.language)
  const frame = s.voice.picker.from(s.voice.stock.audience, (f) => colonFits || standsAlone(f))
  if (frame?.endsWith(':') && lead !== undefined) {
    // The colon takes the lead's first sentence with it.
    s.facts = { ...s.facts, must: s.facts.must.slice(1) }
    return [
      {
        name: 'fact',
        text: `${fill(frame, s.voice.filling)} ${afterColon(lead, s.voice.brief.language)}`,
      },
    ]
  }
  return framed('audience', frame, s.voice.filling)
}

/** Every second post asks, none in sober tones; a remark decides over both. */
function question(s: State): Text[] {
  const { wishes } = s.choice
  const sober = s.voice.tones.some((t) => t === 'plain' || t === 'formal' || t === 'bold')
  const usual =
    wishes.question !== 'no' &&
    !wishes.direct &&
    !sober &&
    wishes.length !== 'shorter' &&
    s.index % 2 === 0
  if (wishes.question !== 'yes' && !usual) return none
  return framed('question', asked(s), s.voice.filling)
}

function asked(s: State): string | null {
  const { stock, trade, picker } = s.voice
  return picker.from(stock.questions[trade] ?? []) ?? picker.from(stock.questions.any ?? [])
}

/** What cannot be done before it has begun. */
const waiting = new Set<Intent>(['preorder', 'buy', 'visit', 'try'])

/** The first link is where readers should go; every third post shows one of the others. */
export function linkFor(index: number, count: number): number {
  return count > 1 && index % 3 === 2 ? 1 + (Math.floor(index / 3) % (count - 1)) : 0
}

/** The end: what to do, and where. A text that has not named the product does so here. */
function call(s: State): Text[] {
  const { brief, stock, picker, intent, tones, filling } = s.voice
  const place = linkFor(s.index, brief.links.length)
  const link = s.choice.wishes.link ? brief.links[place] : undefined
  const wanted =
    s.choice.wishes.question === 'yes' && !s.pattern.includes('question')
      ? framed('asked', asked(s), filling)
      : none
  const early = notBegun(brief, s.voice.slots[s.index])
  const aim = place > 0 || (early && waiting.has(intent)) ? 'learn' : intent
  const fits = (f: string) => s.run + ownWords(f) <= runMax
  if (!link) {
    const naming = s.named ? none : framed('name', picker.from(stock.namings), filling)
    const bare =
      wanted.length > 0 || s.pattern.includes('question')
        ? null
        : picker.from(stock.bareCalls[aim], fits)
    return [...naming, ...framed('call', bare, filling), ...wanted]
  }
  const frames = tones.includes('formal') ? stock.formalCalls : stock.calls[aim]
  const frame = picker.from(s.named ? frames : stock.namedCalls, fits) ?? '{Product}: {link}'
  return [{ name: s.named ? 'call' : 'name', text: fill(frame, filling, link) }, ...wanted]
}

function sharedFrame(s: State, key: string, choose: () => string | null): string | null {
  const known = s.shared.get(key)
  if (known !== undefined) return known
  const frame = choose()
  if (frame !== null) s.shared.set(key, frame)
  return frame
}
