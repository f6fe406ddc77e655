/** Data terms of a provider as sentences. */
import type { DataTerms } from '#contract/connections/connections.ts'

export const regions = [
  { value: 'self', label: 'On our own server' },
  { value: 'eu', label: 'European Union' },
  { value: 'us', label: 'United States' },
  { value: 'other', label: 'Somewhere else' },
] as const

const regionWords: Record<DataTerms['region'], string> = {
  self: 'own server',
  eu: 'EU',
  us: 'US',
  other: 'outside EU and US',
}
const training: Record<DataTerms['trainsOnInput'], string> = {
  no: 'does not train on it',
  yes: 'trains on it',
  unknown: 'training not known',
}

/** `Mistral AI, EU, keeps it 30 days, does not train on it`. */
export function termsWords(terms: DataTerms): string {
  const kept =
    terms.retentionDays === null
      ? 'retention not known'
      : terms.retentionDays === 0
        ? 'keeps nothing'
        : `keeps it ${terms.retentionDays} days`
  return `${terms.processor}, ${regionWords[terms.region]}, ${kept}, ${training[terms.trainsOnInput]}`
}
