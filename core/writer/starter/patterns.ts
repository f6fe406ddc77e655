/** How a post is built on each network: short recipes of pieces. Data, so that another network is another row. */

/**
 * Pieces: `lead` the facts the post must tell, `labelled` the same behind a label, `named` behind the product's name; `support` a further
 * fact, `support2` one more, `relabelled` a further fact behind its own label; `list` the facts at hand as lines; `open` names product and
 * audience; `scene`, `aside`, `audience` and `question` are frames. ` | ` begins a paragraph.
 */
export type Pattern = string

export interface Form {
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

export const forms: Record<string, Form> = {
  page: {
    opening: ['open | lead support support2 | relabelled | call'],
    middle: [
      'scene | named support support2 | call',
      'lead support support2 | aside | call',
      'labelled | relabelled support | call',
      'introlist | list | call',
      'named support support2 | relabelled | call',
      'audience lead support | relabelled | call',
      'scene | lead support | relabelled | call',
      'labelled support support2 | aside | call',
    ],
    closing: ['recap | list | aside | call'],
    bare: ['scene | open | call', 'open | aside call'],
    supportsMax: 3,
    listMax: 10,
    hashtags: 0,
  },
  mastodon: {
    opening: ['open lead support | call | question | tags'],
    middle: [
      'scene lead | call | question | tags',
      'lead support support2 | call | tags',
      'labelled support | call | question | tags',
      'named support | call | tags',
      'audience lead support | call | tags',
      'scene named | call | question | tags',
      'lead aside | call | tags',
    ],
    closing: ['recap | list | call | question | tags'],
    bare: ['scene open | call | question | tags', 'open | call | tags'],
    supportsMax: 2,
    listMax: 5,
    hashtags: 3,
  },
  bluesky: {
    opening: ['open lead | call'],
    middle: [
      'labelled | call',
      'named | call',
      'scene lead | call',
      'lead support | call',
      'lead aside | call',
    ],
    closing: ['recap | list | call'],
    bare: ['scene open | call', 'open | call'],
    supportsMax: 1,
    listMax: 3,
    hashtags: 0,
  },
}

/** Networks without a row are written for by the room they give. */
export function formFor(network: string, textMax: number): Form {
  return (
    forms[network] ??
    (textMax >= 1000 ? forms.page! : textMax >= 450 ? forms.mastodon! : forms.bluesky!)
  )
}

/** Pieces in the order in which they go when a text is too long. */
export const dropOrder = [
  'aside',
  'relabelled',
  'support2',
  'question',
  'scene',
  'audience',
  'tags',
  'support',
  'open',
  'call',
]
