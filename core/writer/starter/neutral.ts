/** Posts in languages without frames: the brief's own words, arranged. */
import type { Brief } from '#contract/campaigns/campaigns.ts'
import type { WriterNetwork } from '../types.ts'
import { type Piece, linkFor } from './pieces.ts'
import type { PostFacts } from './facts.ts'
import { fit } from './fit.ts'
import { patternsOf } from './patterns.ts'
import { item, sentence, upperFirst } from './text.ts'

/** Product, facts and link, as lines on roomy networks and as sentences elsewhere. */
export function neutralPost(
  brief: Brief,
  facts: PostFacts,
  index: number,
  networks: WriterNetwork[],
): Record<string, string[]> {
  const link = brief.links[linkFor(index, brief.links.length)]
  const texts = networks.map((network) => {
    const form = patternsOf(network.name)
    const all = [...facts.must, ...facts.support.slice(0, form.supportsMax)]
    const named: Piece = { name: 'name', text: upperFirst(brief.product), paragraph: false }
    const told: Piece[] =
      form.supportsMax > 1
        ? all.map((f, i) => ({
            name: i < facts.must.length ? 'fact' : 'support',
            text: item(f),
            paragraph: i === 0,
            line: i > 0,
          }))
        : all.map((f, i) => ({
            name: i < facts.must.length ? 'fact' : 'support',
            text: sentence(f),
            paragraph: i === 0,
          }))
    const end: Piece[] = link ? [{ name: 'call', text: link, paragraph: true }] : []
    return [network.name, fit([named, ...told, ...end], network)] as const
  })
  return Object.fromEntries(texts)
}
