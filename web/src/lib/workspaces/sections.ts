/** The sections of Settings, in their order. */
export const sections = [
  { value: '', label: 'General' },
  { value: 'writers', label: 'Writers' },
  { value: 'keys', label: 'API keys' },
  { value: 'hold', label: 'Hold everything' },
] as const
