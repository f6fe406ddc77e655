/** The legal documents. */
import type { legal } from '#contract/legal/legal.ts'
import { Problem } from '#contract/platform/problems.ts'
import { inEffect, legalVersions } from './documents.ts'
import type { Handlers } from '../handler-types.ts'

export const legalHandlers: Handlers<typeof legal> = {
  async getLegalDocument(ctx, { params, query }) {
    const versions = legalVersions(params.name)
    const found = query.version
      ? versions.find((v) => v.version === query.version)
      : inEffect(versions, ctx.now().toISOString().slice(0, 10))
    if (!found) throw new Problem('not_found', 'There is no such version.')
    return { name: params.name, ...found, versions: versions.map((v) => v.version) }
  },
}
