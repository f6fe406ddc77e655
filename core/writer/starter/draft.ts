import type { Draft, DraftInput } from '../types.ts'
export function starterDraft(_input: DraftInput): Draft { throw new Error('unwritten') }
