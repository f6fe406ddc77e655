/** Ibis's functions: a film goes up in parts, each acknowledged for itself. Its server is `server.ts`. */
import { ask, hostOf, refused, type Answer, type Phase } from '../../../networks/answers.ts'
import type {
  Call,
  Found,
  Frozen,
  MediaFile,
  Network,
  Published,
} from '../../../networks/network.ts'
import { heron } from '../heron/network.ts'
import { manifest } from './manifest.ts'

export const partBytes = 1_000_000

/** What the server acknowledged. */
interface Progress {
  upload: string
  parts: number
}

async function api(call: Call, phase: Phase, path: string, init: RequestInit): Promise<Answer> {
  const question = { phase, host: hostOf(call.channel.origin), now: call.now() }
  const answer = await ask(call.fetch, `${call.channel.origin}${path}`, init, question)
  if (answer.status < 300 || answer.status === 404) return answer
  throw refused(question, { answer, own: true })
}

const json = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) })

async function begin(call: Call): Promise<Progress> {
  const { body } = await api(call, 'upload', '/uploads', json({}))
  return { upload: (body as { id: string }).id, parts: 0 }
}

async function sendPart(call: Call, { upload, parts }: Progress, file: MediaFile): Promise<void> {
  const from = parts * partBytes
  const to = Math.min(from + partBytes, file.bytes)
  const headers = { 'content-type': file.mime, 'content-length': String(to - from) }
  const body = file.open({ from, to })
  const init = { method: 'PUT', headers, body, duplex: 'half' } as RequestInit
  await api(call, 'upload', `/uploads/${upload}/parts/${parts}`, init)
}

const prepare: Network['prepare'] = async (call, { content, media }, state, keep) => {
  const item = media.get(content.segments[0]!.assetIds[0] ?? '')
  if (!item) return null
  const file = await item.within({ bytesMax: manifest.mediaBytesMax, mimes: manifest.mediaMimes })
  let progress = (state as unknown as Progress | null) ?? (await begin(call))
  while (progress.parts * partBytes < file.bytes) {
    await sendPart(call, progress, file)
    progress = { ...progress, parts: progress.parts + 1 }
    await keep({ ...progress })
  }
  return { upload: progress.upload }
}

/** It forgets what was acknowledged (the control). */
const forgetful: Network['prepare'] = (call, post, _state, keep) => prepare(call, post, null, keep)

const published = ({ channel }: Call, token: string): Published => ({
  remoteId: token,
  permalink: `${channel.origin}/posts/${token}`,
})
const tokenOf = (frozen: Frozen): string => (frozen.handle as { token: string }).token

export const ibis: Network = {
  manifest,
  connect: heron.connect,
  prepare,
  compose: ({ content }, prepared, { token }) => ({
    payload: { token, text: content.segments[0]!.text, film: prepared },
    handle: { token },
  }),
  async publish(call, frozen) {
    await api(call, 'publish', '/posts', json(frozen.payload))
    return published(call, tokenOf(frozen))
  },
  async find(call, frozen): Promise<Found> {
    const { status } = await api(call, 'find', `/posts/${tokenOf(frozen)}`, {})
    if (status === 404) return { state: 'absent', by: 'identity' }
    return { state: 'found', published: published(call, tokenOf(frozen)) }
  },
}

export const forgetfulIbis: Network = { ...ibis, prepare: forgetful }
