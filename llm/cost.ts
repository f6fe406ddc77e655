/** Money from disjoint token buckets. What nobody knows stays null: an unknown price is not a free one. */
import type { Cost, Prices, Tokens } from './types.ts'

/** Nothing was bought. */
export const free: Cost = { micros: 0, currency: null }
export const unknownCost: Cost = { micros: null, currency: null }

/** Usage as the OpenAI dialect reports it: totals that include cached input and reasoning. */
export interface DialectUsage {
  prompt_tokens?: number | null
  completion_tokens?: number | null
  prompt_tokens_details?: {
    cached_tokens?: number | null
    cache_write_tokens?: number | null
  } | null
  completion_tokens_details?: { reasoning_tokens?: number | null } | null
  /** DeepSeek's name for cached input. */
  prompt_cache_hit_tokens?: number | null
}

/** Splits a dialect's overlapping totals into buckets that do not overlap; null when the totals are missing or make no sense. */
export function tokensFrom(usage: DialectUsage | null | undefined): Tokens | null {
  const total = usage?.prompt_tokens
  const output = usage?.completion_tokens
  if (!isCount(total) || !isCount(output)) return null
  const cachedInput =
    usage?.prompt_tokens_details?.cached_tokens ?? usage?.prompt_cache_hit_tokens ?? 0
  const cacheWrite = usage?.prompt_tokens_details?.cache_write_tokens ?? 0
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens ?? 0
  const input = total - cachedInput - cacheWrite
  if (input < 0 || reasoning > output) return null
  return { input, cachedInput, cacheWrite, output, reasoning }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

/** What an attempt cost, rounded up to whole micro units; null as soon as a bucket that was used has no price. */
export function costOf(tokens: Tokens | null, prices: Prices | null): Cost {
  if (!tokens || !prices) return unknownCost
  const rows: [number, number | null][] = [
    [tokens.input, prices.inputMicrosPerMillion],
    [tokens.cachedInput, prices.cachedInputMicrosPerMillion],
    // The price table has no row for cache writes yet, so their cost cannot be known.
    [tokens.cacheWrite, null],
    [tokens.output, prices.outputMicrosPerMillion],
  ]
  let sum = 0
  for (const [count, price] of rows) {
    if (count === 0) continue
    if (price === null) return unknownCost
    sum += count * price
  }
  return { micros: Math.ceil(sum / 1_000_000), currency: prices.currency }
}

/** Sum over attempts. Unknown stays unknown; two currencies have no sum. */
export function addCosts(costs: Cost[]): Cost {
  if (costs.some((c) => c.micros === null)) return unknownCost
  const bought = costs.filter((c) => c.currency !== null)
  const currencies = new Set(bought.map((c) => c.currency))
  if (currencies.size > 1) return unknownCost
  return {
    micros: bought.reduce((sum, c) => sum + (c.micros ?? 0), 0),
    currency: bought[0]?.currency ?? null,
  }
}

/** Sum over attempts; null as soon as one is not known. */
export function addTokens(all: (Tokens | null)[]): Tokens | null {
  const sum: Tokens = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 }
  for (const tokens of all) {
    if (!tokens) return null
    for (const bucket of Object.keys(sum) as (keyof Tokens)[]) sum[bucket] += tokens[bucket]
  }
  return sum
}

/** Expected price of a call before it is made; null: not known. */
export function expectedMicros(
  inputTokens: number,
  outputTokens: number,
  prices: Prices | null,
): number | null {
  const tokens = {
    input: inputTokens,
    cachedInput: 0,
    cacheWrite: 0,
    output: outputTokens,
    reasoning: 0,
  }
  return costOf(tokens, prices).micros
}
