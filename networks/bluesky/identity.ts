/** From a handle to the server that holds the account. Everything through the fetch handed in. */
import { because } from '#contract/posts/refusals.ts'
import { hostOf, textAt, valueAt } from '../answers.ts'
import { NetworkError, WrongInput } from '../network.ts'
import { xrpc, type Fetch } from './xrpc.ts'

export interface Directory {
  /** Server that resolves handles for everybody. */
  service: string
  /** The directory of `did:plc` identities. */
  plc: string
}

/** `@Alice.example` and `alice.example` are the same. */
export function handleFrom(typed: string): string {
  const handle = typed.trim().replace(/^@/, '').toLowerCase()
  if (/^([a-z0-9-]+\.)+[a-z][a-z0-9-]*$/.test(handle)) return handle
  throw new WrongInput('handle', 'Type the whole handle, like you.bsky.social.')
}

/** A server's origin as typed; empty: none was typed. */
export function serverFrom(typed: string): string | null {
  const text = typed.trim()
  if (!text) return null
  const address = /^https?:\/\//i.test(text) ? text : `https://${text}`
  if (URL.canParse(address)) return new URL(address).origin
  throw new WrongInput(
    'server',
    'This is not the address of a server. Type it like https://pds.example.',
  )
}

/** The DID behind a handle, or null where nobody has it. */
export async function resolveHandle(
  fetchFrom: Fetch,
  service: string,
  handle: string,
  now: Date,
): Promise<string | null> {
  const request = {
    method: 'GET',
    name: 'com.atproto.identity.resolveHandle',
    params: { handle },
  } as const
  try {
    const { body } = await xrpc(fetchFrom, service, request, { phase: 'other', now })
    return textAt(body, 'did') ?? null
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'content_refused') return null
    throw error
  }
}

/** The server in an identity's document. */
export async function serverOf(
  fetchFrom: Fetch,
  directory: Directory,
  did: string,
): Promise<string> {
  const address = did.startsWith('did:web:')
    ? `https://${decodeURIComponent(did.slice('did:web:'.length))}/.well-known/did.json`
    : `${directory.plc}/${did}`
  const server = serverIn(await documentAt(fetchFrom, address))
  if (server) return server
  throw new NetworkError('no', 'unreachable', because('server_unnamed', { host: hostOf(address) }))
}

async function documentAt(fetchFrom: Fetch, address: string): Promise<unknown> {
  try {
    const response = await fetchFrom(address, { headers: { accept: 'application/json' } })
    return response.ok ? await response.json() : null
  } catch (cause) {
    throw new NetworkError(
      'no',
      'unreachable',
      because('silent_try_again', { host: hostOf(address) }),
      {
        cause,
      },
    )
  }
}

/** The personal data server named in a DID document. Plain http only on this machine: access is sent there. */
export function serverIn(document: unknown): string | null {
  const services = valueAt(document, 'service')
  if (!Array.isArray(services)) return null
  const pds = services.find((service) => textAt(service, 'id')?.endsWith('#atproto_pds'))
  const endpoint = textAt(pds, 'serviceEndpoint')
  if (!endpoint || !URL.canParse(endpoint)) return null
  const { protocol, hostname, origin } = new URL(endpoint)
  return protocol === 'https:' || ['localhost', '127.0.0.1'].includes(hostname) ? origin : null
}
