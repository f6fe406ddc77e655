/**
 * What the starter writer makes of the ten briefs, in figures: `npm run bench -- campaign-quality`. Facts told, findings, how alike posts are
 * (Jaccard over four-word runs, 0 is nothing in common), and the time a draft takes.
 */
import { performance } from 'node:perf_hooks'
import { checkDraft } from '../core/writer/check-draft.ts'
import { manifest as bluesky } from '../networks/bluesky/manifest.ts'
import { manifest as mastodon } from '../networks/mastodon/manifest.ts'
import { manifest as page } from '../networks/page/manifest.ts'
import { briefs } from '../test/support/briefs.ts'
import { writeCampaign } from '../test/support/starter-campaign.ts'

const networks = [page, mastodon, bluesky]

function fours(text: string): Set<string> {
  const words =
    text
      .toLowerCase()
      .replace(/https?:\S+/g, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return new Set(words.slice(3).map((_, i) => words.slice(i, i + 4).join(' ')))
}

function jaccard(a: Set<string>, b: Set<string>): number {
  const shared = [...a].filter((run) => b.has(run)).length
  return a.size + b.size === 0 ? 0 : shared / (a.size + b.size - shared)
}

/** The likeness of the two most alike of some texts. */
function closest(texts: string[]): number {
  const sets = texts.map(fours)
  return Math.max(0, ...sets.flatMap((a, i) => sets.slice(i + 1).map((b) => jaccard(a, b))))
}

const rows = Object.entries(briefs).map(([name, brief]) => {
  const begun = performance.now()
  const { posts } = writeCampaign(brief, networks)
  const ms = (performance.now() - begun) / posts.length
  const texts = (network: string) => posts.map((p) => p.texts[network]!.join('\n'))
  const told = networks.map((n) => {
    const all = texts(n.name).join('\n').toLowerCase()
    return brief.facts.filter((f) => all.includes(f.toLowerCase())).length
  })
  const lengths = networks.map((n) => Math.round(texts(n.name).join('').length / posts.length))
  return {
    brief: name,
    posts: posts.length,
    'facts told (page/mastodon/bluesky)': `${told.join('/')} of ${brief.facts.length}`,
    findings: posts.reduce((sum, p) => sum + checkDraft(brief, p.draft, networks).length, 0),
    'most alike (page)': closest(texts('page')).toFixed(2),
    'characters (page/mastodon/bluesky)': lengths.join('/'),
    'ms a draft': ms.toFixed(1),
  }
})
console.log('npm run bench -- campaign-quality')
console.table(rows)
