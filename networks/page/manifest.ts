/** PostAura's own public page: no account, no outside server. */
import { graphemes } from '../counting.ts'
import type { Manifest } from '../manifest.ts'

export const manifest: Manifest = {
  name: 'page',
  title: 'PostAura page',
  mark: { colour: 'aura', path: 'M5.5 6.2h9M5.5 10h9M5.5 13.8h5.4' },
  own: true,
  handles: {
    written: 'name',
    pattern: /^(?:@?[^\s@]+)?$/,
    words: 'Give one word, like ridgeline.',
    example: 'ridgeline',
    link: () => null,
  },

  textMax: 5000,
  segmentsMax: 20,
  mediaMax: 10,
  mediaMimes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
  mediaBytesMax: 20_000_000,
  altMax: 2000,
  fold: null,
  cards: 'none',
  source: 'networks/page/manifest.ts',
  count: graphemes,
  linkText: (url) => url,

  patterns: {
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
  style: 'longer and fuller',

  connect: {},
  options: [],
  recovery: 'unique_field',
  dedupeWindow: Infinity,
  uploadsKept: Infinity,
  recipient: null,
  terms: [],
  port: 'pages',
}
