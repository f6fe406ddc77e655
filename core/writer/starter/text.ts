/** Small grammar: sentences, colons, lists and filled frames. Facts stay as they were typed but for a first letter and a full stop. */

/** Common first words that lose their capital after a colon; names and nouns keep theirs. */
const lowered: Record<string, Set<string>> = {
  en: new Set(
    ('a all also an and any anyone at bag bags bring built by call cancel come data delivery each every everyone everything export exports ' +
      'for free from get hand in includes it its made many most no on one only open orders our parking preorder repairs roasted ' +
      'sends sewn ships some students tea the there they this turns volunteers we when with without works workshops you your baked brewed ' +
      'children dogs entry guided half kept members more new not over returns shipping tickets two until up').split(' '),
  ),
  de: new Set(
    ('ab alle alles am an auch auf aus bei beim bis das dem den der die diese dieser ein eine einen es für geöffnet gebacken gebaut gemacht ' +
      'genäht geröstet handgemacht höchstens im immer in ist jede jeden jeder jedes kein keine kostenlos mit mindestens morgens abends nach ' +
      'nur ohne samstags sonntags freitags montags dienstags mittwochs donnerstags seit sie täglich über um unsere unser viele vom von vor wir ' +
      'zu zum zur zwischen wer inklusive direkt frisch gratis').split(' '),
  ),
}

export function upperFirst(text: string): string {
  const [first = '', second = ''] = text
  // Names like iPad keep their small letter.
  return second && second !== second.toLowerCase() ? text : first.toLocaleUpperCase() + text.slice(first.length)
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
  return lowered[language.slice(0, 2)]?.has(word.toLowerCase()) ? word.toLowerCase() + text.slice(word.length) : text
}

/** A fact as a line of a list: without a closing full stop. */
export function item(fact: string): string {
  return `– ${upperFirst(fact.trim()).replace(/(?<!\.\.|\b\p{L}{1,3})\.$/u, '')}`
}

/** A label or a joiner with its fact: a question is answered by a sentence, a colon goes on. */
export function led(frame: string, fact: string, language: string): string {
  if (!frame.endsWith(':')) return `${frame} ${sentence(fact)}`
  // A fact that begins with a colon of its own ("Three coffees: …") would stumble over a second one.
  return /^[^.]{0,40}: /.test(fact) ? `${frame.slice(0, -1)}. ${sentence(fact)}` : `${frame} ${afterColon(fact, language)}`
}

export interface Filling {
  product: string
  audience: string | null
  address: 'du' | 'Sie'
  language: string
}

/** Puts the brief's words and the form of address into a frame. */
export function fill(frame: string, filling: Filling): string {
  const { product, audience, address } = filling
  const within = filling.language.startsWith('en') ? product.replace(/^(?:The|Our|My|A|An)(?= )/, (w) => w.toLowerCase()) : product
  return frame
    .replace(/\[([^|\]]*)\|([^\]]*)\]/g, (_, familiar: string, polite: string) => (address === 'du' ? familiar : polite))
    .replaceAll('{product}', within)
    .replaceAll('{Product}', upperFirst(product))
    .replaceAll('{audience}', audience ?? '')
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
