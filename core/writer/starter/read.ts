/** What the starter writer reads out of a brief: kinds of facts, trade, intent, tone, address. Word lists, no guesses beyond them. */
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { pricePattern } from '../../checks/claims.ts'
import { english } from './stock-en.ts'
import { german } from './stock-de.ts'
import type { Intent, Kind, Stock, Tone, Trade } from './stock.ts'

const weekday =
  /\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|weekends?|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|daily|täglich)\b/iu
const month =
  /\b\d{1,2}\.? (?:jan(?:uary?|uar)?|feb(?:ruary?|ruar)?|march|märz|april|may|mai|june|juni|july|juli|august|sept(?:ember)?|o[ck]tober|november|de[cz]ember)\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\d{1,2}\.(?:\d{2,4})?(?!\d)/iu

/** First match decides what a fact is about. */
const kinds: [Kind, RegExp][] = [
  [
    'free',
    /\b(?:free (?:of charge|for|entry|admission|trial|shipping|delivery)|for free|kostenlos\w*|gratis|umsonst|eintritt frei|geschenkt)\b|\b(?:is|are) free\b/iu,
  ],
  ['other', /\bsaves?\b|\bspar/iu],
  ['price', pricePattern],
  ['price', /\b(?:costs?|kostet|kosten)\b.*\d/iu],
  ['date', month],
  ['hours', /\b(?:open|opening hours|closed|geöffnet|öffnungszeiten|geschlossen)\b/iu],
  [
    'people',
    /\b(?:family|founded|run by|taught by|led by|team|familie\w*|gegründet|geführt|leitet|geleitet|inhaber\w*|meister\w*)\b/iu,
  ],
  [
    'making',
    /\b(?:by hand|handmade|we roast|roasted|we bake|baked|sewn|brewed?|built|woven|printed|milled|von hand|handgemacht\w*|geröstet|gebacken|genäht|gebraut|gebaut|gemahlen|gewebt|sauerteig\w*)\b/iu,
  ],
  [
    'place',
    /\b(?:street|road|lane|square|avenue|station|platform|market hall|\w*straße|\w*strasse|\w*platz|\w*gasse|\w*allee|bahnhof|hinterhof|saal|museum\w*|stadt\w+)\b|\bgleis \d/iu,
  ],
  [
    'material',
    /\b(?:made (?:of|from)|recycled|organic|nylon|wool|cotton|linen|oak|steel|flour|rye|ingredients?|wolle|baumwolle|leinen|holz|eiche|stahl|mehl|roggen|dinkel|zutaten|bio-?\w*)\b/iu,
  ],
  [
    'service',
    /\b(?:warranty|guarantee|returns?|repairs?|deliver\w*|shipping|support|cancel|included?|garantie|rückgabe|reparatur\w*|liefer\w*|versand|kündbar|inklusive|leihrad|reminders?)\b/iu,
  ],
  ['when', weekday],
  [
    'when',
    /\b\d{1,2}(?::\d{2})? ?(?:am|pm|uhr)\b|\bevery (?:day|week|month|morning)\b|\bjede[nrs]? (?:tag|woche|monat|morgen)\b/iu,
  ],
  [
    'measure',
    /\b\d+(?:[.,]\d+)? ?(?:kg|g|mg|l|ml|cm|mm|m|km|litres?|liters?|liter|gramm|kilo|minutes?|minuten|hours?|stunden|%|people|personen|plätze|places|pages|seiten)(?![\p{L}\d])/iu,
  ],
]

/** What a fact is about. */
export function kindOf(fact: string): Kind {
  return kinds.find(([, pattern]) => pattern.test(fact))?.[0] ?? 'other'
}

const trades: [Trade, RegExp][] = [
  ['coffee', /\b(?:coffee|espresso|roast\w*|flat white|barista|kaffee\w*|rösterei)\b/giu],
  [
    'bakery',
    /\b(?:baker\w*|bread|loaf|loaves|sourdough|pastr\w+|bäcker\w*|backstube|brote?|brötchen|sauerteig|kuchen)\b/giu,
  ],
  [
    'food',
    /\b(?:restaurant|bistro|menu|lunch|dinner|kitchen|pizza|catering|speisekarte|mittagstisch|küche|gasthaus|wirtshaus)\b/giu,
  ],
  [
    'outdoors',
    /\b(?:hik\w+|backpack\w*|trail\w*|tent|climb\w*|camping|outdoor|litres|hip belt|wander\w*|rucksack|zelt|bergs\w*|kletter\w*)\b/giu,
  ],
  [
    'bike',
    /\b(?:bikes?|bicycles?|cycl\w+|e-?bikes?|fahrr\w+|radwerkstatt|rad|lastenr\w+|inspektion)\b/giu,
  ],
  ['yoga', /\b(?:yoga|pilates|meditation|breathing|matten?|stretching)\b/giu],
  [
    'museum',
    /\b(?:museum\w*|exhibition\w*|gallery|ausstellung\w*|galerie|fotografien?|stadtmuseum)\b/giu,
  ],
  [
    'stage',
    /\b(?:concert|theatre|theater|band|choir|orchestra|opera|play|konzert\w*|bühne|chor|orchester|oper)\b/giu,
  ],
  [
    'software',
    /\b(?:software|apps?|saas|invoic\w+|exports?|csv|api|dashboard|servers?|timesheet\w*|rechnungen|programm|datev)\b/giu,
  ],
  [
    'charity',
    /\b(?:charity|food bank|volunteers?|donations?|non-?profit|shelter|tafel|ehrenamt\w*|spenden?|verein|freiwillige\w*)\b/giu,
  ],
  [
    'books',
    /\b(?:books?|bookshop|novel|author|reading|buch|bücher|buchhandlung|roman|lesung|autorin|autor)\b/giu,
  ],
  [
    'beauty',
    /\b(?:hairdresser|salon|barber|manicure|cosmetic\w*|friseur\w*|haarschnitt|kosmetik\w*)\b/giu,
  ],
  [
    'garden',
    /\b(?:gardens?|plants?|seeds?|nursery|garten|pflanzen|saatgut|gärtnerei|stauden)\b/giu,
  ],
  [
    'course',
    /\b(?:course|class|workshop|lessons?|pottery|kurs\w*|workshop|unterricht|töpfer\w*)\b/giu,
  ],
  [
    'craft',
    /\b(?:carpent\w+|joiner\w*|furniture|upholster\w*|tischlerei|schreinerei|möbel|polsterei)\b/giu,
  ],
  [
    'fashion',
    /\b(?:shirts?|dress|dresses|jackets?|clothing|shoes|kleid\w*|jacken?|mode|schuhe|hemden)\b/giu,
  ],
]

/** The trade whose words the brief uses most; `any` when it uses nobody's. */
export function tradeOf(brief: Brief): Trade {
  const text = [brief.product, brief.product, brief.audience, ...brief.facts].join('\n')
  let best: [Trade, number] = ['any', 0]
  for (const [trade, pattern] of trades) {
    const hits = [...text.matchAll(pattern)].length
    if (hits > best[1]) best = [trade, hits]
  }
  return best[0]
}

const intents: [Intent, RegExp][] = [
  ['preorder', /\b(?:pre-?orders?|pre-?ordering|vorbestell\w*)\b/iu],
  ['donate', /\b(?:donat\w+|fundrais\w+|spenden?|spender\w*)\b/iu],
  ['volunteer', /\b(?:volunteers?|helpers?|ehrenamt\w*|freiwillige\w*|mithelf\w*)\b/iu],
  ['try', /\b(?:trials?|sign-?ups?|users?|subscribers?|try|test\w*|nutzer\w*|ausprobier\w*)\b/iu],
  [
    'book',
    /\b(?:bookings?|book (?:a|the)|reserv\w+|registrations?|enrol\w*|participants?|anmeld\w*|buchung\w*|reservier\w*|teilnehm\w*)\b/iu,
  ],
  ['appointment', /\b(?:appointments?|termine?)\b/iu],
  [
    'visit',
    /\b(?:visit\w*|guests?|footfall|walk-ins?|come|opening|besuch\w*|gäste|kundschaft|vorbei\w*|eröffnung)\b/iu,
  ],
  [
    'buy',
    /\b(?:sell|sales?|orders?|buy\w*|customers?|verkauf\w*|verkäufe|bestell\w*|kauf\w*|umsatz|kund\w+)\b/iu,
  ],
  ['contact', /\b(?:enquir\w+|inquir\w+|leads?|contacts?|anfragen?|kontakte?)\b/iu],
]

/** What readers should do, from the goal; the goal itself is never shown to them. */
export function intentOf(brief: Brief): Intent {
  return intents.find(([, pattern]) => pattern.test(brief.goal))?.[0] ?? 'learn'
}

const tones: [Tone, RegExp][] = [
  [
    'warm',
    /warm|friend|cosy|cozy|personal|kind|herzlich|freundlich|nahbar|persönlich|liebevoll|ruhig|calm/iu,
  ],
  ['playful', /play|fun|witty|cheek|light|humor|frech|verspielt|locker|witzig/iu],
  ['plain', /plain|factual|sober|clear|simple|minimal|sachlich|nüchtern|klar|schlicht/iu],
  ['formal', /formal|professional|serious|elegant|seriös|professionell|förmlich|gehoben/iu],
  ['expert', /expert|technical|precise|knowledg|fachlich|kompetent|präzise|technisch/iu],
  ['bold', /bold|confident|energetic|direct|brave|mutig|selbstbewusst|direkt|kräftig/iu],
]

/** Tones the stock knows among the chips, and the chips it does not know. */
export function tonesOf(brief: Brief): { tones: Tone[]; unknown: string[] } {
  const found = brief.tone.map(
    (chip) => tones.find(([, pattern]) => pattern.test(chip))?.[0] ?? null,
  )
  return {
    tones: [...new Set(found.filter((t) => t !== null))],
    unknown: brief.tone.filter((_, i) => found[i] === null),
  }
}

/** German only: the brief's own form of address wins, then the tone. */
export function addressOf(brief: Brief, chosen: Tone[]): 'du' | 'Sie' {
  const text = [brief.audience, ...brief.facts].join('\n')
  if (/(?<![.!?]\s|^)\b(?:Sie|Ihnen|Ihre?[mnrs]?)\b/mu.test(text)) return 'Sie'
  if (/\b(?:du|dich|dir|deine?[mnrs]?)\b/iu.test(text)) return 'du'
  return chosen.includes('formal') || chosen.includes('expert') ? 'Sie' : 'du'
}

/** Frames for the brief's language; null: the starter writer has none and uses the brief's own words only. */
export function stockFor(language: string): Stock | null {
  const stocks: Record<string, Stock> = { en: english, de: german }
  return stocks[language.slice(0, 2)] ?? null
}

/** How people are spoken of in public; null where the brief speaks of a target group (ages, segments) that nobody should read. */
export function publicAudience(brief: Brief): string | null {
  const audience = brief.audience.trim().replace(/[.!]+$/, '')
  if (
    !audience ||
    audience.length > 90 ||
    /\d|\btarget\b|\bsegment|\baged?\b|zielgruppe|b2b|\n/iu.test(audience)
  )
    return null
  if (
    brief.language.startsWith('de') &&
    /^(?:der|jeder|ein|einer|jemand|wer|man)\b/iu.test(audience)
  )
    return null
  return audience
}
