/** Connects accounts as a person does: what is typed into the connect pages, and the network's own page in between. */
import type { Client } from '#contract/client.ts'

export interface At {
  api: Client
  workspaceId: string
}

export interface MastodonLogin {
  server: string
  name: string
  password: string
}

/** Goes to the server's page, agrees there, and comes back; returns the channel's id. `api` acts for a person. */
export async function connectMastodon(
  { api, workspaceId }: At,
  { server, name, password }: MastodonLogin,
): Promise<string> {
  const params = { workspaceId }
  const body = { network: 'mastodon' as const, method: 'oauth', input: { server } }
  const { authorizeUrl } = await api.connectChannel({ params, body })
  if (!authorizeUrl) throw new Error('the product sent nobody to the network')
  const page = new URL(authorizeUrl)
  const asked = await fetch(page)
  if (!asked.ok) throw new Error(`the network's page answered ${asked.status}`)
  const form = new URLSearchParams(page.searchParams)
  form.set('username', name)
  form.set('password', password)
  form.set('decision', 'allow')
  const posted = { method: 'POST', body: form, redirect: 'manual' as const }
  const location = (await fetch(page.origin + page.pathname, posted)).headers.get('location')
  if (!location) throw new Error('the network sent nobody back')
  const query = Object.fromEntries(new URL(location).searchParams)
  return (await api.finishConnection({ body: { query } })).channel.id
}

export interface BlueskyLogin {
  handle: string
  appPassword: string
  server: string
}

/** By an app password; returns the channel's id. */
export async function connectBluesky(
  { api, workspaceId }: At,
  { handle, appPassword, server }: BlueskyLogin,
): Promise<string> {
  const input = { handle, password: appPassword, server }
  const body = { network: 'bluesky' as const, method: 'app_password', input }
  const { channel } = await api.connectChannel({ params: { workspaceId }, body })
  if (!channel) throw new Error('nothing was connected')
  return channel.id
}
