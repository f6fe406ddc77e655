/** The official OAuth client, made for one call: its requests go through the call's fetch, what it keeps goes to the stores handed in. */
import {
  NodeOAuthClient,
  buildAtprotoLoopbackClientMetadata,
  type NodeSavedSession,
  type NodeSavedState,
  type OAuthAuthorizationServerMetadata,
  type OAuthClientMetadataInput,
  type OAuthProtectedResourceMetadata,
} from '@atproto/oauth-client-node'
import { callbackAddress, clientMetadata, scope } from './client-metadata.ts'
import { resolveHandle, type Directory } from './identity.ts'
import { memory } from '../memory.ts'

/** The client asks its lock for every look at a session; only `refresh` renews, and that runs under the channel's own lock. */
const alreadyLocked = <T>(_name: string, fn: () => T | PromiseLike<T>): Promise<T> =>
  Promise.resolve(fn())

/** Public facts about servers, kept for a minute over all calls. */
const shared = {
  dpopNonceCache: memory<string>(60_000),
  authorizationServerMetadataCache: memory<OAuthAuthorizationServerMetadata>(60_000),
  protectedResourceMetadataCache: memory<OAuthProtectedResourceMetadata | null>(60_000),
}

function metadataFor(redirectUri: string): OAuthClientMetadataInput {
  const address = callbackAddress(redirectUri)
  if (new URL(address).protocol === 'https:') return clientMetadata(address, address)
  return buildAtprotoLoopbackClientMetadata({
    scope,
    redirect_uris: [address as 'http://127.0.0.1'],
  })
}

/** Where the client's state lives for the length of a call. */
export interface Stores {
  state?: Map<string, NodeSavedState>
  session?: {
    get(): NodeSavedSession | undefined
    set(session: NodeSavedSession): Promise<void> | void
  }
}

/** A client for one call. */
export function clientFor(
  around: { fetch: typeof fetch; now(): Date },
  redirectUri: string,
  directory: Directory,
  stores: Stores,
): NodeOAuthClient {
  const state = stores.state ?? new Map<string, NodeSavedState>()
  return new NodeOAuthClient({
    ...shared,
    clientMetadata: metadataFor(redirectUri),
    fetch: forClient(around.fetch),
    allowHttp: new URL(redirectUri).protocol === 'http:',
    plcDirectoryUrl: directory.plc,
    handleResolver: {
      resolve: async (handle) =>
        (await resolveHandle(around.fetch, directory.service, handle, around.now())) as
          `did:plc:${string}` | null,
    },
    requestLock: alreadyLocked,
    stateStore: {
      get: (key) => state.get(key),
      set: (key, value) => void state.set(key, value),
      del: (key) => void state.delete(key),
    },
    sessionStore: {
      get: () => stores.session?.get(),
      set: (_did, session) => stores.session?.set(session),
      // Secrets go when the channel is disconnected, not when a renewal fails: that may be the network's fault.
      del: () => undefined,
    },
  })
}

/** The client hands over whole requests; the guarded fetch takes an address and what to send. */
function forClient(fetchFrom: typeof fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const { method, headers, redirect, signal } = request
    const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined
    return fetchFrom(request.url, { method, headers, redirect, signal, ...(body && { body }) })
  }
}
