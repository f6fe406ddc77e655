/**
 * What is right when a call goes wrong, by what the network is able to tell (recovery class) and how its server behaves. Two copies are never
 * right, nor is a post that is lost.
 */
import type { MastodonOptions } from '../support/simulators/mastodon.ts'
import type { Fault } from '../support/simulators/faults.ts'
import type { NetworkName } from './sides.ts'

/** Kinds of network, each as a server of its kind. */
export const classes = {
  'client id': { network: 'bluesky', server: {}, tellsApart: true },
  'dedupe key': { network: 'mastodon', server: { keepsKeys: true }, tellsApart: true },
  'listable, without keys': {
    network: 'mastodon',
    server: { keepsKeys: false },
    tellsApart: true,
  },
  'dedupe key, rewrites words': {
    network: 'mastodon',
    server: { keepsKeys: true, rewrites: true, keepsSource: false },
    tellsApart: false,
  },
  'rewrites words, without keys': {
    network: 'mastodon',
    server: { keepsKeys: false, rewrites: true, keepsSource: false },
    tellsApart: false,
  },
  'rewrites words, keeps the source': {
    network: 'mastodon',
    server: { keepsKeys: false, rewrites: true },
    tellsApart: true,
  },
} as const satisfies Record<
  string,
  {
    network: NetworkName
    server: MastodonOptions
    /** Whether what it lists shows which post it is. */ tellsApart: boolean
  }
>
export type Class = keyof typeof classes

/** What befalls the call. `late`: it arrives after the network said that it was not there. */
export const behaviours = {
  'cuts before': { kind: 'reset_before' },
  'fails before': { kind: 'error_before' },
  'cuts after': { kind: 'lost_reply' },
  'cuts the reply': { kind: 'cut_reply' },
  'fails after': { kind: 'error_after' },
  delays: { kind: 'slow', delayMs: 1_200 },
  'arrives late': { kind: 'late', delayMs: 1_500 },
  'proxy, 403 before': { kind: 'proxy_before', status: 403 },
  'proxy, 413 before': { kind: 'proxy_before', status: 413 },
  'proxy, 400 after': { kind: 'proxy_after', status: 400 },
  'proxy, 401 after': { kind: 'proxy_after', status: 401 },
  'proxy, 403 after': { kind: 'proxy_after', status: 403 },
  'proxy, 404 after': { kind: 'proxy_after', status: 404 },
  'proxy, 413 after': { kind: 'proxy_after', status: 413 },
} as const satisfies Record<string, Omit<Fault, 'on'>>
export type Behaviour = keyof typeof behaviours

export type Right = 'published' | 'unconfirmed'

/** Whether the post is on the server when it is asked. */
const stored = (behaviour: Behaviour): boolean =>
  /after|reply/.test(behaviour) || behaviour === 'delays' || behaviour === 'arrives late'

/** A post that is there and cannot be told apart from another is a person's matter; everything else settles by itself. */
export function right(of: Class, behaviour: Behaviour): Right {
  if (!classes[of].tellsApart && stored(behaviour))
    // With keys the second request is there first, and the late one meets it.
    return behaviour === 'arrives late' && of === 'dedupe key, rewrites words'
      ? 'published'
      : 'unconfirmed'
  return 'published'
}
