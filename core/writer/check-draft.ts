/** Holds a draft against its brief and its networks, before anybody sees it. Pure. */
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { findings } from '../../networks/findings.ts'
import type { NetworkRules } from '../../networks/manifest.ts'
import { checkText } from '../checks/check.ts'
import { type Draft, type WriterFinding, segmentsFor } from './types.ts'

/** Everything a draft says that its brief does not, and everything that its networks would refuse. Empty: nothing to look at. */
export function checkDraft(brief: Brief, draft: Draft, rules: NetworkRules[]): WriterFinding[] {
  const found: WriterFinding[] = []
  const shared = rules.some((r) => !draft.own.some((o) => o.network === r.name))
  if (shared || rules.length === 0) found.push(...checkSegments(brief, draft.segments, null))
  for (const own of draft.own) found.push(...checkSegments(brief, own.segments, own.network))
  for (const rule of rules) {
    const segments = segmentsFor(draft, rule.name).map((text) => ({ text, assetIds: [] }))
    const content = { segments, language: brief.language, mentions: [] }
    found.push(...findings(rule, content, new Map()).map((f) => ({ ...f, network: rule.name })))
  }
  return found
}

function checkSegments(brief: Brief, segments: string[], network: string | null): WriterFinding[] {
  return segments.flatMap((text, segment) =>
    checkText(brief, text).map((f) => ({ ...f, segment, network })),
  )
}
