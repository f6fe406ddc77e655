/** Uploading images. An upload that no post uses is deleted by the server; one that was acknowledged is asked about and never made anew. */
import { because } from '#contract/posts/refusals.ts'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { hostOf, textAt } from '../answers.ts'
import { NetworkError, type Call, type Json, type Keep, type MediaItem } from '../network.ts'
import { api, unreadable } from './api.ts'
import { limitsIn } from './manifest.ts'

/** Waits between looks at an upload in processing, in ms; then the preparation is put off, and asks again. */
const looks = [200, 400, 800, 1500, 2000, 3000, 4000, 5000, 5000, 5000]

/** What the server has acknowledged, by place in the post, file and description. */
interface Uploads {
  [key: string]: { id: string; ready: boolean }
}

/** The uploads of one preparation. Each is kept before anything else is sent. */
export function uploadsOf(call: Call, state: Json, keep: Keep) {
  const uploads = { ...(state as unknown as Uploads | null) }
  const note = (key: string, upload: Uploads[string]): Promise<void> => {
    uploads[key] = upload
    return keep(uploads as unknown as Json)
  }
  return {
    /** The id there of an image that the server has processed. `place`: a server attaches an upload to one status only. */
    async idOf(item: MediaItem, place: string): Promise<string> {
      const alt = item.alt.slice(0, limitsIn(call.channel.settings).altMax)
      const key = `${place} ${item.assetId} ${createHash('sha256').update(alt).digest('base64url')}`
      if (!uploads[key]) await note(key, await upload(call, item, alt))
      const { id, ready } = uploads[key]!
      if (!ready) {
        await processed(call, id)
        await note(key, { id, ready: true })
      }
      return id
    },
  }
}

async function upload(call: Call, item: MediaItem, description: string): Promise<Uploads[string]> {
  const { imageBytesMax, mediaMimes } = limitsIn(call.channel.settings)
  const file = await item.within({ bytesMax: imageBytesMax, mimes: mediaMimes })
  const boundary = `postaura-${crypto.randomUUID()}`
  const extension = file.mime.split('/')[1]!.replace('jpeg', 'jpg')
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="description"\r\n\r\n${description}\r\n` +
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="image.${extension}"\r\n` +
      `content-type: ${file.mime}\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const answer = await api(call, 'upload', '/api/v2/media', {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      // Some servers' front ends refuse a body without it.
      'content-length': String(head.length + file.bytes + tail.length),
    },
    body: Readable.toWeb(Readable.from(around(head, file.open(), tail), { objectMode: false })),
    duplex: 'half',
  } as RequestInit).catch(mediaRefused)
  const id = textAt(answer.body, 'id')
  if (!id) throw unreadable(call, 'other')
  return { id, ready: answer.status !== 202 }
}

async function* around(head: Uint8Array, file: ReadableStream<Uint8Array>, tail: Uint8Array) {
  yield head
  yield* file
  yield tail
}

/** In an upload every refusal of content is one of the image. */
function mediaRefused(error: unknown): never {
  if (error instanceof NetworkError && error.kind === 'content_refused')
    throw new NetworkError(error.verdict, 'media_refused', error.because, { cause: error })
  throw error
}

async function processed(call: Call, id: string): Promise<void> {
  for (const delay of [0, ...looks]) {
    await wait(delay)
    const answer = await api(call, 'other', `/api/v1/media/${encodeURIComponent(id)}`).catch(
      mediaRefused,
    )
    if (answer.status === 200) return
  }
  const host = hostOf(call.channel.origin)
  throw new NetworkError('no', 'server_busy', because('image_processing', { host }))
}
