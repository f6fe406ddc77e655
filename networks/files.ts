/** Files of a post, as networks take them. */
import { because } from '#contract/posts/refusals.ts'
import { NetworkError, type MediaFile } from './network.ts'

/** The error for an image that was deleted while a post still names it. */
export const imageGone = (): NetworkError =>
  new NetworkError('no', 'media_refused', because('image_gone'))

const pieceBytes = 64 * 1024

/** A file whose bytes are at hand already. They are handed on in pieces, so that whoever sends them sees how far they got. */
export function fileOf(
  data: Uint8Array<ArrayBuffer>,
  about: Pick<MediaFile, 'mime' | 'width' | 'height'>,
): MediaFile {
  return {
    ...about,
    bytes: data.byteLength,
    open({ from, to } = { from: 0, to: data.byteLength }) {
      let at = from
      return new ReadableStream({
        pull(controller) {
          if (at >= to) return controller.close()
          const end = Math.min(at + pieceBytes, to)
          controller.enqueue(data.subarray(at, end))
          at = end
        },
      })
    },
  }
}
