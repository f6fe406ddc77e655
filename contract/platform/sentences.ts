/**
 * Sentences that are kept as a code with its parameters and made when they are shown, so that other languages and programs can use them.
 * Without schemas: the browser loads it, too.
 */

/** A sentence as it is stored. */
export interface Coded {
  code: string
  params: Record<string, unknown>
}

/** What a parameter can be; `text`: a name, an id, a short code of a network, never a sentence of ours. `instant`: RFC 3339 in UTC. */
interface Values {
  text: string
  number: number
  instant: string
  /** A time zone by its name. */
  zone: string
  /** Another stored sentence, of the catalogue that the outer one names. */
  sentence: Coded
}
type Shape = Record<string, keyof Values>
type Given<S extends Shape> = { [K in keyof S]: Values[S[K]] }

interface Sentence<S extends Shape = Shape> {
  shape: S
  say(params: Given<S>): string
}

/** One sentence of a catalogue: its parameters by name, and how it reads. */
export const sentence = <const S extends Shape>(
  shape: S,
  say: (params: Given<S>) => string,
): Sentence<S> => ({ shape, say })

/** A sentence without parameters. */
export const plain = (words: string): Sentence<Record<never, never>> => sentence({}, () => words)

// A sentence that takes certain parameters is none that takes any.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Sentences = Record<string, Sentence<any>>
type ParamsOf<T> = T extends Sentence<infer S> ? Given<S> : never

/** Every code of a catalogue, each with the parameters that it alone takes. */
export type Stored<C extends Sentences> = {
  [K in keyof C & string]: { code: K; params: ParamsOf<C[K]> }
}[keyof C & string]

/** Longest text that a parameter keeps. */
const textMax = 300

export interface Catalogue<C extends Sentences> {
  /** What is stored: a code with its parameters; texts are cut at 300 characters. */
  coded<K extends keyof C & string>(
    code: K,
    ...given: keyof ParamsOf<C[K]> extends never ? [] : [params: ParamsOf<C[K]>]
  ): Extract<Stored<C>, { code: K }>
  /** The English sentence for what was stored. A code or parameters that this version does not know get a neutral one. */
  say(stored: Coded): string
  /** All codes, in the order of the catalogue, with the names and kinds of their parameters. */
  shapes: Readonly<Record<string, Shape>>
}

export function catalogue<const C extends Sentences>(sentences: C): Catalogue<C> {
  return {
    coded: (code, ...[params]) =>
      ({ code, params: cut(params ?? {}) }) as Extract<Stored<C>, { code: typeof code }>,
    say: ({ code, params }) => {
      const known = Object.hasOwn(sentences, code) ? sentences[code] : undefined
      return known && fits(known.shape as Shape, params)
        ? known.say(params)
        : `Something happened that this version has no words for (${code.slice(0, 60)}).`
    },
    shapes: Object.fromEntries(
      Object.entries(sentences).map(([code, { shape }]) => [code, shape as Shape]),
    ),
  }
}

const cut = (params: object): object =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'string' ? value.slice(0, textMax) : value,
    ]),
  )

/** Whether stored parameters are those of a sentence; another version may have written them. */
const fits = (shape: Shape, params: Record<string, unknown>): boolean =>
  Object.entries(shape).every(([name, kind]) => checks[kind](params[name]))

const checks: Record<keyof Values, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string' && value.length <= textMax,
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  instant: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  zone: isZone,
  sentence: (value) =>
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Coded).code === 'string' &&
    typeof (value as Coded).params === 'object' &&
    (value as Coded).params !== null,
}

/** Asked of the platform: another version of it may have known another list. */
export function isZone(name: unknown): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name as string })
    return typeof name === 'string'
  } catch {
    return false
  }
}

/** `Mon, 4 Jan 2027, 09:00 (Europe/Berlin)`: an instant as people read it, in what is kept and mailed. */
export function momentIn(at: Date, timeZone: string): string {
  const words = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at)
  return `${words} (${timeZone})`
}
