/** Uploading images. Repeatable: an upload that no post uses is deleted by the server. */
import { setTimeout as wait } from 'node:timers/promises'
import { textAt } from '../answers.ts'
import { NetworkError, type Call, type MediaItem } from '../network.ts'
import { hostOf } from '../answers.ts'
import { api, unreadable } from './api.ts'
import { limitsIn } from './manifest.ts'

/** Waits between looks at an upload in processing, in ms; together the longest a preparation takes. */
const looks = [200, 400, 800, 1500, 2000, 3000, 4000, 5000, 5000, 5000]

/** Uploads one image with its description and waits until the server has processed it. Returns its id there. */
export async function upload(call: Call, item: MediaItem): Promise<string> {
  const { imageBytesMax, mediaMimes, altMax } = limitsIn(call.channel.settings)
  const loaded = await item.load({ bytesMax: imageBytesMax, mimes: mediaMimes })
  const { body, type } = multipart(loaded.bytes, loaded.mime, item.alt.slice(0, altMax))
  const answer = await api(call, 'upload', '/api/v2/media', {
    method: 'POST',
    headers: { 'content-type': type, 'content-length': String(body.byteLength) },
    body,
  }).catch(mediaRefused)
  const id = textAt(answer.body, 'id')
  if (!id) throw unreadable(call, 'other')
  if (answer.status === 202) await processed(call, id)
  return id
}

/** In an upload every refusal of content is one of the image. */
function mediaRefused(error: unknown): never {
  if (error instanceof NetworkError && error.kind === 'content_refused')
    throw new NetworkError(error.verdict, 'media_refused', error.message, { cause: error })
  throw error
}

async function processed(call: Call, id: string): Promise<void> {
  for (const delay of looks) {
    await wait(delay)
    const answer = await api(call, 'other', `/api/v1/media/${encodeURIComponent(id)}`).catch(
      mediaRefused,
    )
    if (answer.status === 200) return
  }
  const host = hostOf(call.channel.origin)
  throw new NetworkError('no', 'server_busy', `${host} is still processing an image.`)
}

/** A multipart body in one piece: some servers' front ends refuse chunked ones. */
function multipart(bytes: Uint8Array, mime: string, description: string) {
  const boundary = `postaura-${crypto.randomUUID()}`
  const extension = mime.split('/')[1]!.replace('jpeg', 'jpg')
  const head =
    `--${boundary}\r\ncontent-disposition: form-data; name="description"\r\n\r\n${description}\r\n` +
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="image.${extension}"\r\n` +
    `content-type: ${mime}\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])
  return { body, type: `multipart/form-data; boundary=${boundary}` }
}
