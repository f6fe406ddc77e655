/** What the starter writer understands of a remark. What it does not, it says. */

export interface Wishes {
  length: 'shorter' | 'longer' | null
  hashtags: boolean
  link: boolean
  question: 'yes' | 'no' | null
  direct: boolean
  list: 'yes' | 'no' | null
  /** Words that must not appear. */
  without: string[]
  /** Words whose facts must appear. */
  with: string[]
}

export const noWishes: Wishes = {
  length: null,
  hashtags: true,
  link: true,
  question: null,
  direct: false,
  list: null,
  without: [],
  with: [],
}

type Step = [RegExp, (wishes: Wishes, match: RegExpExecArray) => void]

const no =
  '(?:no|without(?: the| any| a)?|drop(?: the)?|remove(?: the)?|leave out(?: the)?|skip(?: the)?|ohne(?: die| den| das| einen?)?|keinen?)'

/** Tried in order; each takes its words out of the remark, so that what is left was not understood. */
const steps: Step[] = [
  [new RegExp(`\\b${no} (?:hash)?tags?\\b`, 'iu'), (w) => (w.hashtags = false)],
  [new RegExp(`\\b${no} (?:links?|url)\\b`, 'iu'), (w) => (w.link = false)],
  [new RegExp(`\\b${no} (?:questions?|fragen?)\\b`, 'iu'), (w) => (w.question = 'no')],
  [
    new RegExp(`\\b${no} (?:lists?|bullets?(?: points)?|listen?|aufzählung(?:en)?)\\b`, 'iu'),
    (w) => (w.list = 'no'),
  ],
  [
    /\b(?:as|with)? ?(?:a )?(?:list|bullets?(?: points)?|bulleted)\b|\b(?:als )?(?:liste|aufzählung)\b/iu,
    (w) => (w.list = 'yes'),
  ],
  [
    /\b(?:(?:much|a bit|a little|viel|etwas) )?(?:shorter|briefer|short(?:en)?(?: it)?|too long|kürzer|kürzen|knapper|zu lang)\b/iu,
    (w) => (w.length = 'shorter'),
  ],
  [
    /\b(?:(?:much|a bit|a little|viel|etwas) )?(?:longer|more (?:detail|facts|text)s?|too short|länger|ausführlicher|mehr (?:details|fakten|text)|zu kurz)\b/iu,
    (w) => (w.length = 'longer'),
  ],
  [
    /\b(?:(?:more|be|mehr|viel|etwas) )?(?:direct|direkter|straight to the point|to the point|auf den punkt)\b/iu,
    (w) => (w.direct = true),
  ],
  [
    /\b(?:(?:as|with|end with|ask|add|begin with) )?(?:a )?question\b|\b(?:(?:als|mit|stell)(?: einer| eine)? )?frage\b/iu,
    (w) => (w.question = 'yes'),
  ],
  [
    /\b(?:mention|include|add|say|with|erwähne?|nenne?|mit) (?:the |den |die |das |dem |der )?["“„']?([\p{L}\p{N}€$£ .:-]{2,40}?)["”“']?(?=$|[,.;]| (?:and|und)\b)/iu,
    (w, m) => w.with.push(m[1]!.trim()),
  ],
  [
    new RegExp(
      `\\b${no} (?:the )?["“„']?([\\p{L}\\p{N}€$£ -]{2,40}?)["”“']?(?=$|[,.;]| (?:and|und)\\b)`,
      'iu',
    ),
    (w, m) => w.without.push(m[1]!.trim()),
  ],
  [
    /\b(?:another|other|different|new|again|rewrite|try|once more|anders?|andere|neue?|nochmal|noch einmal|version|words|wording|worte?|variante|one|it|bitte|please|make|mach|text|post|es|this|den|the|a|eine?|etwas|um|schreib)\b/giu,
    () => {},
  ],
  [/\b(?:and|und|but|aber|also|auch|more|mehr|bit|little)\b/giu, () => {}],
]

/** Reads a remark. `rest` is what nobody understood; empty when everything was. */
export function readRemark(remark: string): { wishes: Wishes; rest: string } {
  const wishes: Wishes = { ...noWishes, without: [], with: [] }
  let rest = remark.normalize('NFC')
  for (const [pattern, apply] of steps) {
    const match = new RegExp(pattern.source, pattern.flags.replace('g', '')).exec(rest)
    if (!match) continue
    apply(wishes, match)
    rest = rest.replace(pattern, ' ')
  }
  return { wishes, rest: rest.replace(/[\s,.;:!?"“”„'-]+/gu, ' ').trim() }
}
