/** Hashtags from the brief's own words, in CamelCase, so that screen readers can read them. */
import type { Brief } from '#contract/campaigns/campaigns.ts'

/** Word in the brief and the tag people look for. */
const topics: [RegExp, string, string | null][] = [
  [/\b(?:hik\w+|backpack\w*|trail\w*|walk for)\b/iu, 'Hiking', null],
  [/\bwander\w*|rucksack/iu, 'Wandern', 'de'],
  [/\brecycled\b/iu, 'Recycled', 'en'],
  [/\bcoffee\b/iu, 'Coffee', 'en'],
  [/\bkaffee/iu, 'Kaffee', 'de'],
  [/\bespresso\b/iu, 'Espresso', null],
  [/\bfilter ?(?:coffee|kaffee)/iu, 'FilterCoffee', 'en'],
  [/\bcommut/iu, 'Commuting', 'en'],
  [/\bbread|\bloa(?:f|ves)\b/iu, 'Bread', 'en'],
  [/brot/iu, 'Brot', 'de'],
  [/sauerteig/iu, 'Sauerteig', 'de'],
  [/vollkorn/iu, 'Vollkorn', 'de'],
  [/bäcker|backstube/iu, 'Backhandwerk', 'de'],
  [/\binvoic/iu, 'Invoicing', 'en'],
  [/\bfreelanc/iu, 'Freelancing', 'en'],
  [/\bvolunteer/iu, 'Volunteering', 'en'],
  [/\bfood bank\b/iu, 'FoodBank', 'en'],
  [/\byoga\b/iu, 'Yoga', null],
  [/\bmuseum|museum\b/iu, 'Museum', null],
  [/ausstellung/iu, 'Ausstellung', 'de'],
  [/\bexhibition/iu, 'Exhibition', 'en'],
  [/fotogra(?:f|ph)/iu, 'Fotografie', 'de'],
  [/\bphotogra/iu, 'Photography', 'en'],
  [/\b(?:bikes?|cycl\w+|bicycles?)\b/iu, 'Cycling', 'en'],
  [/\bfahrr[aä]d|\brad\b|\bradwerk/iu, 'Fahrrad', 'de'],
  [/lastenr[aä]d/iu, 'Lastenrad', 'de'],
  [/\be-?bikes?\b/iu, 'EBike', null],
  [/\bpottery\b|töpfer/iu, 'Pottery', 'en'],
  [/\btheat(?:re|er)\b/iu, 'Theatre', 'en'],
  [/\bkonzert|\bconcert/iu, 'LiveMusic', 'en'],
  [/\bbuch|\blesung/iu, 'Bücher', 'de'],
  [/\bbooks?\b/iu, 'Books', 'en'],
  [/\bgarden/iu, 'Gardening', 'en'],
  [/\bgarten\b|gärtner/iu, 'Garten', 'de'],
]

/** Up to `count` tags for a post: the product's name, then topics, another choice for another post. */
export function hashtags(brief: Brief, index: number, count: number): string[] {
  const name = brief.product.match(/[\p{L}\p{N}]+/gu) ?? []
  const product = name.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join('')
  const text = [brief.product, brief.product, brief.audience, ...brief.facts].join('\n')
  const found = topics
    .filter(
      ([pattern, , language]) =>
        pattern.test(text) && (language === null || brief.language.startsWith(language)),
    )
    .map(([, tag]) => tag)
    .filter((tag) => tag.toLowerCase() !== product.toLowerCase())
  const own = name.length <= 4 && product.length <= 25 && /\p{L}/u.test(product) ? [product] : []
  const turned = found.map((_, i) => found[(i + index) % found.length]!)
  return [...own, ...turned].slice(0, count).map((tag) => `#${tag}`)
}
