/** The workspace's page on the web: its settings, and with them whether its channel can be posted to. */
import type { z } from 'zod'
import type { PublicPage } from '#contract/workspaces/workspaces.ts'
import { Problem } from '#contract/platform/problems.ts'
import { ownNetwork } from '../../networks/manifests.ts'
import type { Context } from '../platform/context.ts'
import { rows, run } from '../platform/db.ts'
import type { Workspace } from '../workspaces/models/workspace.ts'
import { relocate } from '../publishing/move.ts'
import { PageAddress } from './models/page-address.ts'
import { pageUrl } from './pages.ts'

export type PageSettings = Omit<z.output<typeof PublicPage>, 'url'>

/** Writes the settings in the current unit of work; throws `conflict` when somebody else has the address. */
export async function changePage(
  ctx: Pick<Context, 'config' | 'now'>,
  workspace: Workspace,
  page: PageSettings,
): Promise<void> {
  const before = { slug: workspace.pageSlug, url: pageUrl(ctx.config, workspace.pageSlug) }
  const url = pageUrl(ctx.config, page.slug)
  const network = ownNetwork().name
  if (page.slug !== before.slug) await refuseTaken(page.slug)
  await workspace.update({
    pageOn: page.on,
    pageSlug: page.slug,
    pageTitle: page.title,
    pageAbout: page.about,
    pageImprint: page.imprint,
    version: workspace.version + 1,
  })
  await run(
    `update channels set handle = $1, url = $2, updated_at = now(), paused_reason = case when $3 then paused_reason end,
       state = case when not $3 then 'off' when state = 'off' then 'active' else state end
     where network = $5 and workspace_id = $4`,
    [page.slug, url, page.on, workspace.id, network],
  )
  // Posts move with their page, so the links of the ledger lead to where they are now.
  if (page.slug === before.slug) return
  await relocate(workspace.id, network, { from: before.url, to: url })
  await PageAddress.destroy({ where: { slug: page.slug } })
  await PageAddress.create({ slug: before.slug, workspaceId: workspace.id, leftAt: ctx.now() })
}

async function refuseTaken(slug: string): Promise<void> {
  // Held until the commit, so that nobody takes the address in between.
  await rows(`select pg_advisory_xact_lock(hashtext($1))`, [`slug:${slug}`])
  const [found] = await rows<{ taken: boolean }>('select slug_taken($1) as taken', [slug])
  if (found?.taken)
    throw new Problem('conflict', 'Somebody else has this address already. Choose another one.')
}
