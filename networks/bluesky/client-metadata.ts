/** Who we are to an authorization server. Without the official client, which is large and only wanted where somebody signed in with it. */
import type { OAuthClientMetadataInput } from '@atproto/oauth-client-node'

/** Where the API serves `clientMetadata`, below the public URL. */
export const clientMetadataPath = '/oauth/bluesky/client-metadata.json'
/** Publishing needs the general permission; finer ones are not yet offered by all servers. */
export const scope = 'atproto transition:generic'

/** The document that tells authorization servers who we are. `redirectUri` must be below `publicUrl`, which must be https. */
export function clientMetadata(publicUrl: string, redirectUri: string): OAuthClientMetadataInput {
  const origin = new URL(publicUrl).origin as `https://${string}`
  return {
    client_id: `${origin}${clientMetadataPath}`,
    client_name: 'PostAura',
    client_uri: origin,
    redirect_uris: [redirectUri as `https://${string}`],
    scope,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'web',
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: true,
  }
}

/** The address people come back to. On one's own machine Bluesky takes 127.0.0.1 only, never the name localhost. */
export function callbackAddress(redirectUri: string): string {
  const url = new URL(redirectUri)
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1'
  return url.href
}
