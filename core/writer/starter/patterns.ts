/** How a post is built on each network: short recipes of pieces. Data, so that another network is another row. */

/**
 * Pieces: `lead` the facts the post must tell, `labelled` the same behind a label, `named` behind the product's name; `support` a further
 * fact behind a joiner, `support2` one more, `relabelled` a further fact behind its own label; `list` all facts at hand as lines;
 * `scene`, `intro`, `afterword`, `audience` and `question` are frames. `|` begins a paragraph.
 */
export type Pattern = string

export interface Form {
  opening: Pattern[]
  middle: Pattern[]
  closing: Pattern[]
  /** Without facts. */
  bare: Pattern[]
  supportsMax: number
  listMax: number
  hashtags: number
}

export const forms: Record<string, Form> = {
  page: {
    opening: ['scene intro | lead support | audience+support2 | call', 'intro | lead support | audience+support2 | call'],
    middle: [
      'scene | labelled support support2 | afterword call',
      'lead | afterword relabelled support2 | call',
      'introlist | list | afterword | call',
      'intro | labelled | relabelled support2 | call',
      'audience+lead support | relabelled afterword | call',
      'scene intro | labelled | introlist | restlist | call',
    ],
    closing: ['recap | list | call'],
    bare: ['scene intro | call', 'intro | afterword | call'],
    supportsMax: 4,
    listMax: 7,
    hashtags: 0,
  },
  mastodon: {
    opening: ['scene intro lead | support | question | call | tags', 'intro lead | support | call | tags'],
    middle: [
      'scene lead support | call | tags',
      'lead afterword | question | call | tags',
      'labelled support | question | call | tags',
      'named support | call | tags',
      'intro labelled | question | call | tags',
      'audience+lead | support | call | tags',
    ],
    closing: ['recap | list | question | call | tags'],
    bare: ['scene intro | question | call | tags', 'intro | call | tags'],
    supportsMax: 1,
    listMax: 4,
    hashtags: 3,
  },
  bluesky: {
    opening: ['intro lead call', 'scene named | call'],
    middle: ['labelled call', 'named | call', 'lead afterword | call', 'scene labelled | call', 'lead | call', 'intro labelled | call'],
    closing: ['recap | list | call', 'named | call'],
    bare: ['scene intro | call', 'intro call'],
    supportsMax: 0,
    listMax: 3,
    hashtags: 0,
  },
}

/** Networks without a row are written for by the room they give. */
export function formFor(network: string, textMax: number): Form {
  return forms[network] ?? (textMax >= 1000 ? forms.page! : textMax >= 450 ? forms.mastodon! : forms.bluesky!)
}

/** Pieces in the order in which they go when a text is too long. */
export const dropOrder = ['afterword', 'support2', 'question', 'scene', 'audience', 'tags', 'support', 'intro', 'relabelled', 'call']
