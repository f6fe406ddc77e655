/** A workspace with an owner, an editor and a viewer who call every endpoint of posts and campaigns, and the posts they make. */
import type { OutputOf } from '#contract/client.ts'
import { campaignsHandlers } from '../../api/campaigns/campaigns.ts'
import { deliveriesHandlers } from '../../api/publishing/deliveries.ts'
import { postApprovalHandlers } from '../../api/posts/approval.ts'
import { postListsHandlers } from '../../api/posts/lists.ts'
import { scheduleHandlers } from '../../api/publishing/schedule.ts'
import { postVersionsHandlers } from '../../api/posts/versions.ts'
import { postsHandlers } from '../../api/posts/posts.ts'
import { previewHandlers } from '../../api/posts/previews.ts'
import { runsHandlers } from '../../api/generation/runs.ts'
import { holdHandlers } from '../../api/publishing/hold.ts'
import { togetherHandlers } from '../../api/publishing/together.ts'
import { todayHandlers } from '../../api/publishing/today.ts'
import { addMember, callsAs, personActor, type Call } from './calls.ts'
import type { Tenant, World } from './world.ts'

export const workHandlers = {
  ...postsHandlers,
  ...postListsHandlers,
  ...postApprovalHandlers,
  ...scheduleHandlers,
  ...togetherHandlers,
  ...postVersionsHandlers,
  ...deliveriesHandlers,
  ...campaignsHandlers,
  ...runsHandlers,
  ...todayHandlers,
  ...holdHandlers,
  ...previewHandlers,
}

export type PostOut = OutputOf<'getPost'>

export interface Staff {
  tenant: Tenant
  /** Path parameters of the workspace, and of a post in it. */
  ws: { workspaceId: string }
  on(post: { id: string }): { workspaceId: string; postId: string }
  /** Calls of Ada Example, Ed Itor and Vi Ewer. */
  owner: Call
  editor: Call
  viewer: Call
  as(personId: string): Call
  /** A post for Friday, 9 January 2026, 09:00 in Berlin, on the workspace's page. */
  draft(call?: Call, more?: object): Promise<PostOut>
  approved(more?: object): Promise<PostOut>
  scheduled(more?: object): Promise<PostOut>
  inTx<T>(fn: () => Promise<T>): Promise<T>
}

export const at = (wallTime: string) => ({ wallTime, timeZone: 'Europe/Berlin' })
export const words = (text: string, assetIds: string[] = []) => ({
  segments: [{ text, assetIds }],
  language: 'en',
  mentions: [],
})

export async function hire(world: World): Promise<Staff> {
  const tenant = await world.addTenant('owner')
  const { workspaceId } = tenant
  const as = (personId: string) => callsAs(world.ctx, workHandlers, personActor(personId))
  const owner = as(tenant.personId)
  const editor = as(await addMember(world.ctx, workspaceId, 'editor', 'Ed Itor'))
  const viewer = as(await addMember(world.ctx, workspaceId, 'viewer', 'Vi Ewer'))
  const ws = { workspaceId }
  const on = (post: { id: string }) => ({ workspaceId, postId: post.id })
  const usual = {
    content: words('Fresh bread every morning.'),
    channelIds: [tenant.pageId],
    when: at('2026-01-09T09:00'),
  }
  const draft = (call = editor, more: object = {}) =>
    call('createPost', { params: ws, body: { ...usual, ...more } })
  const approved = async (more: object = {}) => {
    const post = await draft(editor, more)
    const { contentVersion } = post
    return owner('approvePost', { params: on(post), body: { contentVersion } })
  }
  return {
    tenant,
    ws,
    on,
    owner,
    editor,
    viewer,
    as,
    draft,
    approved,
    scheduled: async (more) =>
      owner('schedulePost', { params: on(await approved(more)), body: {} }),
    inTx: (fn) => world.ctx.db.tx({ workspace: workspaceId }, fn),
  }
}
