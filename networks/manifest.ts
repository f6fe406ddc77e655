/** What every network says about itself: data and counting, shared by server, worker and browser. No imports. */

/** A text of more lines than `over` is folded, and then `shows` of them stand there. */
export interface Fold {
  over: number
  shows: number
  /** Where lines end: at line breaks only, or also where they wrap in the site's column. */
  lines: 'breaks' | Column
}

/** The widest that the site's own column gets, and the size of its letters, in pixels. */
export interface Column {
  width: number
  letters: number
}

/** What the network takes, and how it counts. */
export interface NetworkRules {
  /** Lower-case letters, digits and `_`; what stands in the database and in the API, and the name of the folder. */
  name: string
  title: string
  /** Longest text of a segment in the network's own counting. */
  textMax: number
  /** Segments in a thread; 1: no threads. */
  segmentsMax: number
  mediaMax: number
  mediaMimes: string[]
  mediaBytesMax: number
  altMax: number
  /** When the network's own site folds a text behind "more"; null: never. */
  fold: Fold | null
  /** Who makes the card below a post with a link: PostAura when it publishes, the network's server later, or nobody. */
  cards: 'ours' | 'theirs' | 'none'
  /** Where the limits come from. */
  source: string
  /** Length of a text (mentions already resolved) as this network counts. */
  count(text: string): number
  /** What readers see of a link's address. */
  linkText(url: string): string
  /** Further limits than textMax, e.g. bytes. */
  check?(text: string): string | null
}

/** What a handle looks like, as the network's own software reads it, so that no other words go out behind an `@`. */
export interface Handles {
  /** How the handle of a channel is shown: behind an `@`, or as it is. */
  written: '@name' | 'name'
  /** With or without the leading `@`; matches the empty text too, which means: none there. */
  pattern: RegExp
  /** What a handle looks like, in a sentence for the field. */
  words: string
  example: string
  /** Address of the account behind a handle that fits `pattern`; null: there is none, or the handle does not say where. */
  link(handle: string): string | null
}

/**
 * Pieces: `lead` the facts the post must tell, `labelled` the same behind a label, `named` behind the product's name; `support` a further
 * fact, `support2` one more, `relabelled` a further fact behind its own label; `list` the facts at hand as lines; `open` names product and
 * audience; `scene`, `aside`, `audience` and `question` are frames. ` | ` begins a paragraph.
 */
export type Pattern = string

/** How the starter writer builds a post here: short recipes of pieces. */
export interface Patterns {
  opening: Pattern[]
  middle: Pattern[]
  closing: Pattern[]
  /** Without facts. */
  bare: Pattern[]
  /** Further facts besides those that the post must tell. */
  supportsMax: number
  listMax: number
  hashtags: number
}

/** The mark that stands for the network: a letter form of our own on its colour, not its logo. */
export interface Mark {
  /** CSS colour; `aura`: the product's own gradient. */
  colour: string
  /** Strokes in a square of 20 by 20, as an SVG path. */
  path: string
}

/**
 * How the network lets us recover when no answer came: the object's id is ours; it keeps a key of ours and answers a repeat with the first
 * result; an invisible handle can be asked; a field of ours can be looked up; own posts can be listed; nothing of it.
 */
export type RecoveryClass =
  'client_id' | 'dedupe_key' | 'readable_handle' | 'unique_field' | 'listable' | 'blind'

export interface ConnectField {
  name: string
  label: string
  kind: 'text' | 'url' | 'password'
  placeholder?: string
  help?: string
  /** May be left empty. */
  optional?: boolean
}

export interface Permission {
  scope: string
  why: string
}

/** One way of connecting an account, as the page shows it. */
export interface ConnectForm {
  /** `oauth`: a person agrees on the network's own page and comes back. `form`: done at once. */
  kind: 'oauth' | 'form'
  title: string
  fields: ConnectField[]
  permissions: Permission[]
}

/** A choice that a channel's settings may hold, under its name. */
export interface OptionField {
  name: string
  label: string
  choices: { value: string; label: string }[]
  /** The value where the settings have none. */
  fallback: string
}

/** Who gets personal data when a post goes out. */
export interface Recipient {
  name: string
  /** ISO 3166-1 alpha-2; null: wherever the server is that holds the account. */
  country: string | null
}

/** What the network's own terms say about keeping one kind of data that it gave us. */
export interface StorageTerm {
  /** What is kept, e.g. `figures`. */
  field: string
  /** Days after which it has to be fetched anew or deleted; null: the terms name none. */
  longestDays: number | null
  /** Days after the access was revoked until it has to be deleted; null: the terms name none. */
  afterRevocationDays: number | null
  /** Address of the terms. */
  source: string
}

export interface Manifest extends NetworkRules {
  mark: Mark
  /** The product's own place: every workspace has one, nothing is connected or disconnected, its address is the product's. */
  own: boolean
  handles: Handles
  patterns: Patterns
  /** How posts read here, in a few words for a model. */
  style: string
  /** Ways of connecting by name; the first is the recommended one. Empty: nothing to connect. */
  connect: Record<string, ConnectForm>
  /** `loopback`: people are sent back to 127.0.0.1, never to the name localhost. Absent: wherever they came from. */
  redirect?: 'loopback'
  options: OptionField[]
  recovery: RecoveryClass
  /** Milliseconds for which the network knows a repeat as one, from its first arrival. `Infinity`: without end. 0: it never does. */
  dedupeWindow: number
  /** Milliseconds for which the network keeps an upload that no post uses yet. `Infinity`: nothing is uploaded, or it is kept without end. */
  uploadsKept: number
  /** Null: nobody outside the product. */
  recipient: Recipient | null
  /** What its terms limit of what PostAura keeps; empty: nothing that is known. */
  terms: StorageTerm[]
  /** Name of the port to tables of our own that the functions are handed; absent: they need none. */
  port?: string
  /** What differs on the server that a channel lives on, from what connecting saved in the channel's settings. */
  rulesOn?(settings: Record<string, unknown>): Partial<NetworkRules>
}
