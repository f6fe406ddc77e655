/**
 * The shape of the starter writer's stock of words, per language. Frames are rhetoric only: they claim nothing, hold no number, weekday or
 * month, and never more than five words in a row of their own, so that two campaigns cannot sound alike beyond what their briefs share.
 * `{product}`, `{Product}` (begins a sentence), `{audience}`, `{Audience}` and `{link}` are filled in; `[du|Sie]` chooses the address.
 */

export type Kind =
  | 'free'
  | 'price'
  | 'date'
  | 'hours'
  | 'when'
  | 'place'
  | 'service'
  | 'people'
  | 'making'
  | 'material'
  | 'measure'
  | 'other'

export type Trade =
  | 'coffee'
  | 'bakery'
  | 'food'
  | 'outdoors'
  | 'bike'
  | 'yoga'
  | 'course'
  | 'museum'
  | 'stage'
  | 'software'
  | 'charity'
  | 'books'
  | 'beauty'
  | 'garden'
  | 'craft'
  | 'fashion'
  | 'any'

export type Intent =
  | 'preorder'
  | 'donate'
  | 'volunteer'
  | 'book'
  | 'appointment'
  | 'visit'
  | 'try'
  | 'buy'
  | 'contact'
  | 'learn'

/** `casual` frames are left out in plain and formal tones; a tone's own frames come before all others. */
export type Tone = 'warm' | 'playful' | 'plain' | 'formal' | 'expert' | 'bold'
export type Pool = Partial<Record<Tone | 'any' | 'casual', string[]>>

export interface Stock {
  /** Stands before a fact of its kind. */
  labels: Record<Kind, string[]>
  /** Begins a campaign: product and audience together. */
  opens: string[]
  /** Begins a campaign whose brief names no audience fit for the public. */
  intros: Pool
  /** Ties a text that has not named the product yet to it. */
  namings: string[]
  /** A few words in the tone, after the facts. */
  asides: Pool
  /** Now and then between a fact and the next. */
  joiners: Pool
  /** Before a list of facts. */
  lists: string[]
  /** Before the list that closes a campaign. */
  recaps: string[]
  /** Names whom it is for, before a fact; frames with a full stop or question mark stand alone. */
  audience: string[]
  /** A small picture from the trade. */
  scenes: Partial<Record<Trade, string[]>>
  /** Asked of readers at the end. */
  questions: Partial<Record<Trade, string[]>>
  /** With a link and the product's name, for texts that lack it. */
  namedCalls: string[]
  /** With a link. */
  calls: Record<Intent, string[]>
  formalCalls: string[]
  /** Without one. */
  bareCalls: Record<Intent, string[]>
  themes: Record<Kind, string[]>
  openingThemes: string[]
  closingThemes: string[]
  angles: { opening: string; middle: string[]; closing: string }
}
