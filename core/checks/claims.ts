/** What no writer may state unless the brief does, as data: a draft that matches where the brief does not is blocked. */

export interface Claim {
  code: string
  pattern: RegExp
  /** Completes “… ”. */
  why: string
}

export const claims: Claim[] = [
  {
    code: 'claim_survey',
    pattern:
      /\b(surveys?|studies|study|research (?:shows|says|proves)|statistics?|polls?|experts? (?:say|agree|recommend)|proven|scientifically|umfragen?|studien?|statistik(?:en)?|forsch(?:ung|er|erinnen)|experten|nachweislich|bewiesen|wissenschaftlich)\b/iu,
    why: 'claims evidence that your brief does not mention.',
  },
  {
    code: 'claim_testimonial',
    pattern:
      /\b(testimonials?|(?:\d-|five-|four-)?star (?:rating|review)s?|reviews?|rated|customers? (?:say|love|tell|rave)|loved by|trusted by|kunden(?:stimmen|meinungen)|kund(?:en|innen) (?:sagen|lieben|schwärmen)|bewertung(?:en)?|rezension(?:en)?|beliebt bei|fünf sterne)\b/iu,
    why: 'speaks for customers, and your brief does not.',
  },
  {
    code: 'claim_award',
    pattern:
      /\b(award-winning|awards?|prize-winning|winner of|certified|certificates?|best[- ]in[- ](?:class|town)|number one|market leader|leading|auszeichnung(?:en)?|ausgezeichnet(?:e|er|es|en)?|preisgekrönt(?:e|er|es|en)?|testsieger(?:in)?|zertifiziert(?:e|er|es|en)?|marktführer(?:in)?|führend(?:e|er|es|en)?)\b/iu,
    why: 'claims a distinction that is not in your brief.',
  },
  {
    code: 'claim_scarcity',
    pattern:
      /\b(while (?:stocks?|supplies) lasts?|limited (?:edition|offer|time|availability|number|places|stock)|selling (?:out )?fast|almost gone|only (?:a few|\d+) (?:left|remaining)|few (?:places|left|spots)|hurry|last (?:places|spots|ones)|solange der vorrat reicht|limitiert(?:e|er|es|en)?|nur noch (?:wenige|\d+)|fast (?:ausverkauft|weg)|letzte[nr]? (?:plätze|exemplare|stücke)|wenige (?:plätze|exemplare)|beeil(?:e|t)? (?:dich|euch)|schnell sein)\b/iu,
    why: 'claims scarcity that is not in your brief.',
  },
  {
    code: 'claim_deadline',
    pattern:
      /\b(last chance|final (?:call|days?|hours?)|only (?:today|this week|until|till)|today only|(?:offer|sale) ends|ends (?:today|tomorrow|soon|on|tonight)|don['’]t miss|before it['’]s too late|deadline|letzte chance|nur (?:heute|diese woche|bis)|endet (?:heute|morgen|bald|am)|nur für kurze zeit|jetzt oder nie|einsendeschluss|anmeldeschluss|bis spätestens)\b/iu,
    why: 'sets a deadline that is not in your brief.',
  },
]

/** Number words beyond one, by value; “one” and “ein” are too often no number. */
// prettier-ignore
export const numberWords: Record<string, number> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  hundred: 100,
  thousand: 1000,
  dozen: 12,
  zwei: 2,
  drei: 3,
  vier: 4,
  fünf: 5,
  sechs: 6,
  sieben: 7,
  acht: 8,
  neun: 9,
  zehn: 10,
  elf: 11,
  zwölf: 12,
  fünfzehn: 15,
  zwanzig: 20,
  dreißig: 30,
  vierzig: 40,
  fünfzig: 50,
  hundert: 100,
  tausend: 1000,
  dutzend: 12,
}

/** Days and months, told from common words by their capital and, for “May” and “March”, by what stands before or after. */
export const calendarPattern =
  /\b(Mondays?|Tuesdays?|Wednesdays?|Thursdays?|Fridays?|Saturdays?|Sundays?|January|February|April|June|July|August|September|October|November|December|(?:(?<=\b(?:in|by|until|from|of|since|\d{1,2}) )(?:May|March))|(?:May|March)(?= \d)|Montags?|Dienstags?|Mittwochs?|Donnerstags?|Freitags?|Samstags?|Sonnabends?|Sonntags?|Januar|Februar|März|(?:(?<=\b(?:im|ab|bis|seit|Ende|Anfang|Mitte) |\d\. )Mai)|Juni|Juli|Oktober|Dezember)\b/gu

export const pricePattern =
  /(?:€|\$|£|\b(?:EUR|USD|GBP|CHF|Euro|euros?|dollars?|pounds?|Franken)\b)/u
