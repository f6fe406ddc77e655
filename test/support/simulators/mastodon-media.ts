/** Uploads of the Mastodon simulator. */
import { actor } from './mastodon-oauth.ts'
import type { Account, MastodonState, Upload } from './mastodon-state.ts'
import { Refused, type Incoming, type Reply } from './server.ts'

export const mimes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']
export const imageBytesMax = 16_777_216

export const invalid = (why: string) => new Refused(422, { error: `Validation failed: ${why}` })
export const missing = () => new Refused(404, { error: 'Record not found' })

export function upload(state: MastodonState, request: Incoming): Reply {
  const account = actor(state, request, 'write:media')
  if (!request.headers['content-length']) throw new Refused(411, { error: 'Length Required' })
  const parts = multipart(request)
  const file = parts.get('file')
  if (!file?.type || !mimes.includes(file.type))
    throw invalid('File has contents that are not what they are reported to be')
  if (file.bytes.length > imageBytesMax) throw invalid('File file size must be less than 16 MB')
  const description = parts.get('description')?.bytes.toString('utf8') ?? ''
  if ([...description].length > 1500)
    throw invalid('Description is too long (maximum is 1500 characters)')
  const id = nextId(state)
  const made: Upload = {
    id,
    account,
    description,
    mime: file.type,
    bytes: file.bytes.length,
    pending: state.processingLooks,
    usedBy: null,
  }
  state.uploads.set(id, made)
  return { status: made.pending > 0 ? 202 : 200, body: mediaBody(made) }
}

export function media(state: MastodonState, request: Incoming): Reply {
  const found = own(state, actor(state, request, 'write:media'), request.params.id!)
  if (found.usedBy) throw missing()
  if (found.pending === 0) return { status: 200, body: mediaBody(found) }
  found.pending -= 1
  return { status: 206, body: mediaBody(found) }
}

export function mediaBody(item: Upload) {
  return {
    id: item.id,
    type: 'image',
    url: item.pending > 0 ? null : `/media/${item.id}`,
    description: item.description,
  }
}

function multipart(request: Incoming): Map<string, { bytes: Buffer; type: string | undefined }> {
  const boundary = /boundary=(\S+)/.exec(request.headers['content-type'] ?? '')?.[1]
  const parts = new Map<string, { bytes: Buffer; type: string | undefined }>()
  if (!boundary) throw invalid("File can't be blank")
  for (const piece of request.body.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const [head, ...rest] = piece.split('\r\n\r\n')
    const name = /name="([^"]+)"/.exec(head!)?.[1] ?? ''
    const bytes = Buffer.from(rest.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1')
    parts.set(name, { bytes, type: /content-type: (\S+)/i.exec(head!)?.[1] })
  }
  return parts
}

export function own(state: MastodonState, account: Account, id: string): Upload {
  const found = state.uploads.get(id)
  if (found?.account === account) return found
  throw missing()
}

export function nextId(state: MastodonState): string {
  state.lastId += 1
  return String(state.lastId)
}
