/** PostAura's own public page: no account, no outside server. The delivery's id is the post's unique field, so a repeat is the same post. */
import { because } from '#contract/posts/refusals.ts'
import { NetworkError, type Call, type Frozen, type Network } from '../network.ts'
import { manifest } from './manifest.ts'
import type { Pages } from './port.ts'

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
    return published(await settled(pagesOf(call).put(deliveryId, postOf(frozen), call.showAt)))
  },
  async find(call) {
    const there = await settled(pagesOf(call).find(deliveryOf(call)))
    return there
      ? { state: 'found', published: published(there) }
      : { state: 'absent', by: 'identity' }
  },
  async remove(call) {
    await pagesOf(call).remove(deliveryOf(call))
  },
}

/** A commit whose reply was lost may have happened, so no error of the database is a certain no. */
async function settled<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof NetworkError) throw cause
    throw new NetworkError('ambiguous', 'server_busy', because('page_silent'), { cause })
  }
}

const published = (there: { id: string; url: string }) => ({
  remoteId: there.id,
  permalink: there.url,
})

function postOf(frozen: Frozen): PagePost {
  return frozen.payload as PagePost
}

const pagesOf = (call: Call): Pages => call.port as Pages

function deliveryOf(call: Call): string {
  if (call.deliveryId) return call.deliveryId
  throw new NetworkError('no', 'content_refused', because('page_needs_delivery'))
}
