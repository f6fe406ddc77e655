/** PostAura's own public page: no account, no outside server. The delivery's id is the post's unique field, so a repeat is the same post. */
import { NetworkError, type Call, type Frozen, type Network } from '../network.ts'
import { manifest } from './manifest.ts'

type PagePost = { segments: { text: string; assetIds: string[] }[]; language: string }

export const page: Network = {
  manifest,
  ahead: 'post',
  connect: {},
  async prepare() {
    return null
  },
  compose(post, _prepared, frozen) {
    const { segments, language } = post.content
    const payload: PagePost = {
      language,
      segments: segments.map(({ text, assetIds }) => ({ text: text.normalize('NFC'), assetIds })),
    }
    return { payload, handle: { token: frozen.token } }
  },
  async publish(call, frozen) {
    const deliveryId = deliveryOf(call)
    return published(await settled(call.pages.put(deliveryId, postOf(frozen), call.showAt)))
  },
  async find(call) {
    const there = await settled(call.pages.find(deliveryOf(call)))
    return there ? { state: 'found', published: published(there) } : { state: 'absent' }
  },
  async remove(call) {
    await call.pages.remove(deliveryOf(call))
  },
}

/** A commit whose reply was lost may have happened, so no error of the database is a certain no. */
async function settled<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof NetworkError) throw cause
    throw new NetworkError('ambiguous', 'server_busy', 'The page did not answer.', { cause })
  }
}

const published = (there: { id: string; url: string }) => ({
  remoteId: there.id,
  permalink: there.url,
})

function postOf(frozen: Frozen): PagePost {
  return frozen.payload as PagePost
}

function deliveryOf(call: Call): string {
  if (call.deliveryId) return call.deliveryId
  throw new NetworkError('no', 'content_refused', 'The page takes posts of a delivery only.')
}
