import type { PlanInput } from '../types.ts'
export function starterPlan(_input: PlanInput): unknown { throw new Error('unwritten') }
