/** What can be asked of the process that decodes images, and what it answers. */

export const imageMimes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const
export type ImageMime = (typeof imageMimes)[number]

/** What a network or a page takes. */
export interface MediaLimit {
  bytesMax: number
  mimes: string[]
}

/**
 * `clean`: upright and without metadata, otherwise the same. `small`: the first frame, its longer side `side` at most. `fit`: encoded anew,
 * smaller step by step, until it keeps the limit.
 */
export type ImageTask =
  { kind: 'clean' } | { kind: 'small'; side: number } | { kind: 'fit'; limit: MediaLimit }

export interface ImageFacts {
  mime: string
  width: number
  height: number
}

/** Why there is no image: its kind is none we take, it has too many pixels, it is damaged, or it cannot be made small enough. */
export type ImageRefusal = 'kind' | 'pixels' | 'damaged' | 'unfit'

export type ImageAnswer = { facts: ImageFacts } | { refusal: ImageRefusal }
