/** Campaign tags on links: what the server puts into posts and what the brief's page shows beforehand. */
import type { Brief } from './campaigns.ts'

/** One link with the brief's UTM tags. Tags already there stay; `{network}` becomes the network's name. */
export function taggedLink(link: string, utm: Brief['utm'], network: string): string {
  const tags = { utm_source: utm.source, utm_medium: utm.medium, utm_campaign: utm.campaign }
  const [beforeHash = '', ...hash] = link.split('#')
  const known = new URLSearchParams(beforeHash.split('?').slice(1).join('?'))
  const added = Object.entries(tags)
    .map(([name, value]) => [name, value.replaceAll('{network}', network).trim()] as const)
    .filter(([name, value]) => value && !known.has(name))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
  if (!added) return link
  const joint = beforeHash.includes('?') ? (/[?&]$/.test(beforeHash) ? '' : '&') : '?'
  return [beforeHash + joint + added, ...hash].join('#')
}
