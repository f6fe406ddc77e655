/** Writes docs/starter-writer-samples.md: what the starter writer makes of ten briefs, whole campaigns, nothing picked out. */
import { writeFileSync } from 'node:fs'
import { manifest as bluesky } from '../networks/bluesky/manifest.ts'
import { manifest as mastodon } from '../networks/mastodon/manifest.ts'
import { manifest as page } from '../networks/page/manifest.ts'
import { briefs } from '../test/support/briefs.ts'
import { type Campaign, writeCampaign } from '../test/support/starter-campaign.ts'

const networks = [page, mastodon, bluesky]
const file = new URL('../docs/starter-writer-samples.md', import.meta.url)

function describe(name: string, { brief, plan, posts }: Campaign): string {
  const head = [
    `## ${brief.product} (${name})`,
    '',
    `Language ${brief.language} · tone ${brief.tone.join(', ')} · for ${brief.audience} · goal: ${brief.goal}`,
    '',
    ...brief.facts.map((f) => `- ${f}`),
    '',
    `Weeks: ${plan.weeks.map((w) => `${w.theme} (${w.angle})`).join(' · ')}`,
  ]
  const body = posts.map(({ slot, texts, notes }, i) =>
    [
      `### ${i + 1}. ${slot.wallTime.replace('T', ' ')}`,
      ...networks.map(
        (n) => `**${n.title}**\n\n${texts[n.name]!.map(quote).join('\n>\n> · · ·\n>\n')}`,
      ),
      ...notes.map((n) => `_${n}_`),
    ].join('\n\n'),
  )
  return [...head, '', ...body].join('\n\n').replace(/\n{3,}/g, '\n\n')
}

/** Two spaces keep a line break in Markdown. */
function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => (line ? `> ${line}  ` : '>'))
    .join('\n')
}

const intro = `# What the starter writer makes of ten briefs

No model wrote these: the starter writer composes posts by rules from a brief's own words. Every post of each campaign is here as it comes
out, for the PostAura page, Mastodon and Bluesky. Made by \`npm run writer-samples\`; a test holds this page to the code.`

export function samples(): string {
  return (
    [
      intro,
      ...Object.entries(briefs).map(([name, brief]) =>
        describe(name, writeCampaign(brief, networks)),
      ),
    ].join('\n\n') + '\n'
  )
}

if (import.meta.main) writeFileSync(file, samples())
