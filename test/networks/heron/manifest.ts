/** Heron, a network that nobody has: one folder, as any other network is. */
import { graphemes } from '../../../networks/counting.ts'
import type { Manifest } from '../../../networks/manifest.ts'

export const manifest: Manifest = {
  name: 'heron',
  title: 'Heron',
  mark: { colour: '#3b6e8f', path: 'M6 15V5M14 15V5M6 10h8' },
  own: false,
  handles: {
    written: 'name',
    pattern: /^(?:~[a-z]+)?$/,
    words: 'Type it like ~ada.',
    example: '~ridgeline',
    link: (handle) => `https://heron.example/${handle}`,
  },

  textMax: 200,
  segmentsMax: 1,
  mediaMax: 0,
  mediaMimes: [],
  mediaBytesMax: 0,
  altMax: 0,
  fold: null,
  cards: 'none',
  source: 'test/networks/heron/manifest.ts',
  count: graphemes,
  linkText: (url) => url,

  patterns: {
    opening: ['lead'],
    middle: ['lead'],
    closing: ['lead'],
    bare: ['open'],
    supportsMax: 0,
    listMax: 1,
    hashtags: 0,
  },
  style: 'one plain sentence',

  connect: {
    feather: {
      kind: 'form',
      title: 'Give a feather',
      fields: [{ name: 'feather', label: 'Feather', kind: 'password' }],
      permissions: [{ scope: 'post', why: 'To publish your posts.' }],
    },
  },
  options: [],
  recovery: 'unique_field',
  dedupeWindow: Infinity,
  uploadsKept: Infinity,
  recipient: { name: 'Heron', country: 'SE' },
  terms: [
    {
      field: 'figures',
      longestDays: 30,
      afterRevocationDays: 7,
      source: 'https://heron.example/terms',
    },
  ],
}
