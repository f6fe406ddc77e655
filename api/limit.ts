/** How many requests a minute somebody may make, pages and API alike. */
import { Problem } from '#contract/platform/problems.ts'
import { actorKey } from '../core/platform/actor.ts'
import type { Context } from '../core/platform/context.ts'
import type { LimitName } from '../core/platform/limits.ts'
import type { Request } from './request.ts'

/** Counts a request for the person or key, or for the address without either. Throws `too_many`. */
export async function limitRequest(ctx: Context, { actor, tell }: Request): Promise<void> {
  const taken = await (actor.kind === 'anonymous'
    ? ctx.limits.take('api.unknown', actor.ip)
    : ctx.limits.take('api.known', actorKey(actor)))
  tell?.({
    'ratelimit-policy': `"api";q=${taken.most};w=${taken.windowMs / 1000}`,
    ratelimit: `"api";r=${taken.left};t=${seconds(taken.waitMs)}`,
  })
  refuseBeyond(taken)
}

/** Counts one more of what an address may do. Throws `too_many`. */
export const limitAddress = async (ctx: Context, limit: LimitName, ip: string): Promise<void> =>
  refuseBeyond(await ctx.limits.take(limit, ip))

function refuseBeyond({ allowed, waitMs }: { allowed: boolean; waitMs: number }): void {
  if (!allowed) throw new Problem('too_many', undefined, { retryAfter: seconds(waitMs) })
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))
