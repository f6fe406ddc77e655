/** Small grammar: sentences, colons, lists and filled frames. Facts stay as they were typed but for a first letter and a full stop. */

/** Common first words that lose their capital after a colon; names and nouns keep theirs. */
const lowered: Record<string, Set<string>> = {
  en: new Set(
    (
      'a all also an and any anyone at bag bags bring built by call cancel come data delivery each every everyone everything export exports ' +
      'for free from get hand in includes it its made many most no on one only open orders our parking preorder repairs roasted ' +
      'sends sewn ships some students tea the there they this turns volunteers we when with without works workshops you your baked brewed ' +
      'taught led terrace lunch dinner breakfast parking admission oat doors children dogs entry guided half kept members more new not over returns shipping tickets two until up'
    ).split(' '),
  ),
  de: new Set(
    (
      'ab am an auch auf aus bei beim bis freitags für geöffnet gebacken gebaut gemacht genäht geröstet gratis handgemacht höchstens im in ' +
      'inklusive jede jeden jeder jedes kostenlos mindestens mit mittwochs montags morgens abends dienstags donnerstags samstags sonntags ' +
      'nach nur ohne seit täglich über um vom von vor zum zur zwischen'
    ).split(' '),
  ),
}

const finite =
  /(?<!\p{L})(?:ist|sind|war|waren|wird|werden|hat|haben|kostet|kosten|gibt|bekommt|bekommen|kommt|kommen|macht|machen|backen|rösten|öffnet|beginnt|startet|leitet|kann|können|findet|finden|liegt|steht|stehen|bleibt|bleiben|geht|gilt|dauert|passen|passt)(?!\p{L})/u

/** Third person singular at a fact's beginning: the product is what does it. */
const verbs: Record<string, RegExp> = {
  en: /^(?:Adapts|Adds|Asks|Brings|Builds|Checks|Connects|Converts|Cooks|Costs|Covers|Dries|Exports|Finds|Fits|Folds|Gives|Has|Helps|Holds|Imports|Includes|Is|Keeps|Lasts|Lets|Makes|Needs|Offers|Opens|Plays|Reads|Reminds|Runs|Saves|Sends|Shows|Starts|Supports|Syncs|Takes|Teaches|Tells|Tracks|Turns|Weighs|Works|Writes)\b/i,
  de: /^(?:Bietet|Bringt|Dauert|Enthält|Erinnert|Exportiert|Hat|Hilft|Hält|Ist|Kann|Kostet|Liefert|Macht|Passt|Sendet|Spart|Verbindet|Verwandelt|Wiegt|Zeigt)\b/i,
}

/** Whether a fact lacks nothing but its subject ("Turns a timesheet into an invoice"). */
export function lacksSubject(fact: string, language: string): boolean {
  return verbs[language.slice(0, 2)]?.test(fact) ?? false
}

/** A fact behind the product's name: as its predicate where it is one, behind a colon elsewhere. */
export function withSubject(fact: string, filling: Filling): string {
  const name = upperFirst(filling.product)
  if (lacksSubject(fact, filling.language))
    return `${name} ${sentence(fact).charAt(0).toLowerCase()}${sentence(fact).slice(1)}`
  return led(`${name}:`, fact, filling.language)
}

/** A fact in a text that has named the product already. */
export function continued(fact: string, filling: Filling): string {
  if (!filling.language.startsWith('en') || !lacksSubject(fact, 'en')) return sentence(fact)
  return `It ${sentence(fact).charAt(0).toLowerCase()}${sentence(fact).slice(1)}`
}

/** Whether a frame and a fact share a word, so that one after the other would stutter. */
export function stutters(frame: string, fact: string): boolean {
  const words = (text: string) => text.toLowerCase().match(/\p{L}+/gu) ?? []
  const stems = (text: string) =>
    words(text)
      .filter((w) => w.length >= 4)
      .map((w) => w.slice(0, 5))
  const inFact = new Set(stems(fact))
  const own = frame.replace(/\{\w+\}/g, '')
  return words(own)[0] === words(fact)[0] || stems(own).some((stem) => inFact.has(stem))
}

export function upperFirst(text: string): string {
  const [first = '', second = ''] = text
  const upper = first.toUpperCase()
  // Names like iPad keep their small letter, and so do letters without a capital of their own.
  if (upper.toLowerCase() !== first || (second && second !== second.toLowerCase())) return text
  return upper + text.slice(first.length)
}

/** A fact as a sentence of its own. */
export function sentence(fact: string): string {
  const text = upperFirst(fact.trim())
  return /[.!?…]["”“»’)]?$/.test(text) ? text : `${text}.`
}

/** A fact after a colon. */
export function afterColon(fact: string, language: string): string {
  const text = sentence(fact)
  const word = /^\p{L}+/u.exec(text)?.[0] ?? ''
  // German writes a whole sentence after a colon with a capital, a fragment without.
  if (language.startsWith('de') && finite.test(text)) return text
  // Two capitals in a row are a name.
  if (/^\p{L}+ \p{Lu}/u.test(text) && language.startsWith('en')) return text
  return lowered[language.slice(0, 2)]?.has(word.toLowerCase())
    ? word.toLowerCase() + text.slice(word.length)
    : text
}

/** A fact as a line of a list: without a closing full stop. */
export function item(fact: string): string {
  return `– ${upperFirst(fact.trim()).replace(/(?<!\.\.|\b\p{L}{1,3})\.$/u, '')}`
}

/** A label or a joiner with its fact: a question is answered by a sentence, a colon goes on. */
export function led(frame: string, fact: string, language: string): string {
  if (!frame.endsWith(':')) return `${frame} ${sentence(fact)}`
  // A fact that begins with a colon of its own ("Three coffees: …") would stumble over a second one.
  return /^[^.]{0,40}: /.test(fact)
    ? `${frame.slice(0, -1)}. ${sentence(fact)}`
    : `${frame} ${afterColon(fact, language)}`
}

export interface Filling {
  product: string
  audience: string | null
  address: 'du' | 'Sie'
  language: string
}

/** Puts the brief's words, a link and the form of address into a frame; what is put in is never read as a frame itself. */
export function fill(frame: string, filling: Filling, link = ''): string {
  const { product, audience, address, language } = filling
  const within = language.startsWith('en')
    ? product.replace(/^(?:The|Our|My|A|An)(?= )/, (w) => w.toLowerCase())
    : product
  const words: Record<string, string> = {
    product: within,
    Product: upperFirst(product),
    audience: audience ?? '',
    Audience: upperFirst(audience ?? ''),
    link,
  }
  return frame.replace(
    /\[([^|\]]*)\|([^\]]*)\]|\{(\w+)\}/g,
    (_, familiar: string | undefined, polite: string, name: string) =>
      familiar === undefined ? (words[name] ?? '') : address === 'du' ? familiar : polite,
  )
}

/** Words of a frame that are its own. */
export function ownWords(frame: string): number {
  return (
    frame
      .replace(/\[([^|]*)\|[^\]]*\]/g, '$1')
      .replace(/\{\w+\}/g, ' ')
      .match(/[\p{L}\p{N}]+/gu)?.length ?? 0
  )
}

/** A small, fast, well-spread hash; the starter writer's only dice. */
export function hash(text: string): number {
  let h = 2166136261
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  h ^= h >>> 16
  h = Math.imul(h, 2246822507)
  h ^= h >>> 13
  return h >>> 0
}
