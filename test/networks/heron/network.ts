/** Heron's functions. Its server is a list in memory, which knows each post by the ledger's token. */
import { WrongInput, type Frozen, type Network } from '../../../networks/network.ts'
import { manifest } from './manifest.ts'

/** What anybody can read there: post by token. */
export const shore = new Map<string, { text: string; by: string }>()

const tokenOf = (frozen: Frozen) => (frozen.handle as { token: string }).token
const published = (token: string) => ({
  remoteId: token,
  permalink: `https://heron.example/posts/${token}`,
})

export const heron: Network = {
  manifest,
  connect: {
    feather: {
      kind: 'form',
      async connect(_call, { feather }) {
        if (feather !== 'grey') throw new WrongInput('feather', 'No heron lost this feather.')
        return {
          remoteId: 'ada',
          name: 'Ada',
          handle: '~ada',
          origin: 'https://heron.example',
          url: 'https://heron.example/~ada',
          settings: {},
          secrets: { feather },
          scopes: ['post'],
          expiresAt: null,
        }
      },
    },
  },
  prepare: () => Promise.resolve(null),
  compose: ({ content }, _prepared, { token }) => ({
    payload: { text: content.segments[0]!.text },
    handle: { token },
  }),
  async publish({ channel }, frozen) {
    const { text } = frozen.payload as { text: string }
    shore.set(tokenOf(frozen), {
      text,
      by: `${channel.handle} with a ${channel.secrets.feather} feather`,
    })
    return published(tokenOf(frozen))
  },
  async find(_call, frozen) {
    const there = shore.has(tokenOf(frozen))
    return there
      ? { state: 'found', published: published(tokenOf(frozen)) }
      : { state: 'absent', by: 'identity' }
  },
}
