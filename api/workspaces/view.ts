/** Workspaces as their members see them, with what the caller's role may do there. */
import type { z } from 'zod'
import type { PublicPage, Workspace as WorkspaceShape } from '#contract/workspaces/workspaces.ts'
import type { Caller } from '../handler-types.ts'
import type { Context } from '../../core/platform/context.ts'
import { rows } from '../../core/platform/db.ts'
import { countOverdue } from '../../core/publishing/waiting.ts'
import { Workspace } from '../../core/workspaces/models/workspace.ts'
import { grantOf } from '../../policies/access/grants.ts'
import { namesOf } from '../names.ts'
import { pageUrl } from '../../core/page/pages.ts'

type Out = z.input<typeof WorkspaceShape>
type Needs = Pick<Context, 'config' | 'policy' | 'now'>

/** What a caller is in a workspace. */
type Standing = Pick<Caller, 'grant'> & { role: string }

/** A workspace of the unit of work, and what the caller may do there. */
export async function workspaceOut(
  ctx: Needs,
  workspace: Workspace,
  { role, grant }: Standing,
): Promise<Out> {
  const { id, name, timeZone, language, demo, slots, version } = workspace
  return {
    id,
    name,
    timeZone,
    language,
    demo,
    slots,
    version,
    role,
    can: [...grant].sort(),
    page: pageOut(ctx, workspace),
    hold: await holdOf(ctx, workspace),
    createdAt: workspace.createdAt.toISOString(),
  }
}

export function pageOut(
  ctx: Pick<Context, 'config'>,
  workspace: Workspace,
): z.input<typeof PublicPage> {
  return {
    on: workspace.pageOn,
    slug: workspace.pageSlug,
    title: workspace.pageTitle,
    about: workspace.pageAbout,
    imprint: workspace.pageImprint,
    url: pageUrl(ctx.config, workspace.pageSlug),
  }
}

export async function holdOf(
  ctx: Pick<Context, 'now'>,
  { id, holdReason, holdBy, holdSince }: Workspace,
): Promise<Out['hold']> {
  if (!holdSince) return null
  const names = await namesOf([holdBy])
  return {
    reason: holdReason ?? '',
    by: (holdBy && names.get(holdBy)) || null,
    since: holdSince.toISOString(),
    overdue: await countOverdue(ctx, { workspaceId: id, since: holdSince }),
  }
}

/** The workspaces of a person, in the order of their names; `only` narrows to one. */
export async function workspacesOf(ctx: Needs, personId: string, only?: string): Promise<Out[]> {
  const memberships = await rows<{ workspace_id: string; role: string }>(
    `select workspace_id, role from memberships where person_id = $1 and ($2::uuid is null or workspace_id = $2::uuid)`,
    [personId, only ?? null],
  )
  const roles = new Map(memberships.map((m) => [m.workspace_id, m.role]))
  const found = await Workspace.findAll({
    where: { id: [...roles.keys()] },
    order: [
      ['name', 'ASC'],
      ['id', 'ASC'],
    ],
  })
  const out: Out[] = []
  for (const workspace of found) {
    // Who holds it is a fellow member, and fellows are seen from inside a workspace only.
    await rows(`select set_config('app.workspace_id', $1, true)`, [workspace.id])
    const role = roles.get(workspace.id)!
    const [own] = await rows<{ permissions: string[] }>(
      'select permissions from roles where workspace_id = $1 and name = $2',
      [workspace.id, role],
    )
    const grant = grantOf(ctx.policy, role, own?.permissions ?? null)
    out.push(await workspaceOut(ctx, workspace, { role, grant }))
  }
  return out
}

/** What the caller is in the workspace of the path. Throws where the endpoint is not one of a workspace. */
export function standingIn({ role, grant }: Caller): Standing {
  if (!role) throw new Error('a workspace was reached without a role in it')
  return { role, grant }
}
