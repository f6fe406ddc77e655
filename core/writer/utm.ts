/** Tags on links, so that a campaign can see in its own statistics which network brought whom. */
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { taggedLink } from '#contract/campaigns/utm.ts'
import { findLinks } from '../../networks/counting.ts'

/** Puts the brief's UTM tags on every link of a text, for one network. Tags already there stay; `{network}` becomes its name. */
export function withUtm(text: string, utm: Brief['utm'], network: string): string {
  if (!utm.on) return text
  let out = ''
  let at = 0
  for (const link of findLinks(text)) {
    out += text.slice(at, link.start) + taggedLink(link.url, utm, network)
    at = link.end
  }
  return out + text.slice(at)
}
