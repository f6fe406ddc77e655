/** Tags on links, so that a campaign can see in its own statistics which network brought whom. */
import type { Brief } from '#contract/campaigns.ts'
import { findLinks } from '../../networks/counting.ts'

/** Puts the brief's UTM tags on every link of a text, for one network. Tags already there stay; `{network}` becomes its name. */
export function withUtm(text: string, utm: Brief['utm'], network: string): string {
  if (!utm.on) return text
  let out = ''
  let at = 0
  for (const link of findLinks(text)) {
    out += text.slice(at, link.start) + tagged(link.url, utm, network)
    at = link.end
  }
  return out + text.slice(at)
}

function tagged(link: string, utm: Brief['utm'], network: string): string {
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
