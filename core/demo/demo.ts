/** The demo workspace: made once for whoever runs the instance, out of real parts, and deleted with one word. */
import sharp from 'sharp'
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { Problem } from '#contract/platform/problems.ts'
import { approve } from '../posts/approval.ts'
import { withdraw } from '../publishing/planning.ts'
import type { Context } from '../platform/context.ts'
import { rows, run } from '../platform/db.ts'
import {
  demoChannels,
  demoName,
  demoPosts,
  pictureAlt,
  pictureSvg,
  runningBrief,
  waitingBrief,
  type BriefWords,
  type DemoChannel,
  type DemoPost,
  type Outcome,
} from './content.ts'
import { demoOf, live, setBack } from './history.ts'
import { draftPost, end, planRun } from '../generation/generation.ts'
import { cleanImage, storePicture } from '../media/media.ts'
import { Campaign } from '../campaigns/models/campaign.ts'
import { Channel } from '../channels/models/channel.ts'
import { Post } from '../posts/models/post.ts'
import { Run } from '../generation/models/run.ts'
import { Workspace } from '../workspaces/models/workspace.ts'
import { markDirty } from '../platform/outbox-flags.ts'
import { addComment, byPerson, insertPost } from '../posts/posts.ts'
import { changePage } from '../page/settings.ts'
import { whenAt } from '../platform/time.ts'
import { starterName } from '../connections/access.ts'
import { createWorkspace } from '../workspaces/workspaces.ts'

const day = 24 * 60 * 60_000
const lookEveryMs = 1_000

/** Makes the demo as soon as there is an operator to make it for; returns how to stop looking. */
export function startDemo(ctx: Context): () => void {
  if (!ctx.config.demo) return () => undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const look = async () => {
    const made = await demoForOperator(ctx).catch((err: unknown) => {
      ctx.log.error({ err }, 'the demo could not be made')
      return true
    })
    if (!made && !stopped) timer = setTimeout(() => void look(), lookEveryMs)
  }
  void look()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** False: there is no operator yet. */
async function demoForOperator(ctx: Context): Promise<boolean> {
  const [operator] = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ id: string }>('select operator_ids() as id limit 1'),
  )
  if (!operator) return false
  await ctx.db.exclusively('demo', async () => {
    const there = await ctx.db.tx({ person: operator.id }, () => demoOf(operator.id))
    if (!there) await makeDemo(ctx, operator.id)
  })
  return true
}

interface Demo {
  ctx: Context
  personId: string
  workspaceId: string
  timeZone: string
  channels: Record<DemoChannel, string>
  assetId: string
}

/** Makes a demo workspace for a person and returns its id. */
export async function makeDemo(ctx: Context, personId: string): Promise<string> {
  const begun = await ctx.db.tx({ person: personId }, async () => {
    const [own] = await rows<{ time_zone: string }>(
      'select time_zone from workspaces order by id limit 1',
    )
    const timeZone = own?.time_zone ?? 'UTC'
    const named = {
      name: demoName,
      timeZone,
      language: 'en',
      personId,
      config: ctx.config,
      policy: ctx.policy,
    }
    const workspace = await createWorkspace(named, ctx.now())
    await workspace.update({ demo: true })
    const channels = await addChannels(ctx, workspace, personId)
    return { workspaceId: workspace.id, timeZone, channels }
  })
  const demo = { ctx, personId, ...begun, assetId: await addPicture(ctx, begun, personId) }
  await addCampaign(demo, 'The 40L, all autumn', runningBrief, {
    from: -28,
    to: 10,
    channel: 'news',
  })
  await addCampaign(demo, 'Winter in the hut', waitingBrief, { from: 2, to: 22, channel: 'hut' })
  for (const post of demoPosts) await inDemo(demo, () => addPost(demo, post))
  await inDemo(demo, () => setBack(demo.workspaceId))
  ctx.log.info({ workspaceId: demo.workspaceId }, 'the demo workspace is made')
  return demo.workspaceId
}

async function addPicture(
  ctx: Context,
  { workspaceId }: { workspaceId: string },
  personId: string,
): Promise<string> {
  const picture = await cleanImage(ctx, workspaceId, sharp(Buffer.from(pictureSvg)).png())
  const image = { workspaceId, name: 'ridges.png', alt: pictureAlt, createdBy: personId }
  const scope = { workspace: workspaceId, person: personId }
  return (await ctx.db.tx(scope, () => storePicture(ctx, picture, image))).id
}

const inDemo = <T>({ ctx, workspaceId, personId }: Demo, fn: () => Promise<T>): Promise<T> =>
  ctx.db.tx({ workspace: workspaceId, person: personId }, fn)

async function addChannels(
  ctx: Context,
  workspace: Workspace,
  personId: string,
): Promise<Record<DemoChannel, string>> {
  const about = 'An example: an invented maker of backpacks with a hut in the hills.'
  const imprint = 'Example. Nobody of this name exists.'
  await changePage(ctx, workspace, {
    on: true,
    slug: workspace.pageSlug,
    title: 'Ridgeline',
    about,
    imprint,
  })
  const { shop, hut, news } = demoChannels
  const page = await Channel.findOne({ where: { workspaceId: workspace.id }, rejectOnEmpty: true })
  await page.update({ name: news })
  const more = (name: string, remoteId: string) =>
    Channel.create({
      workspaceId: workspace.id,
      network: page.network,
      remoteId,
      name,
      handle: page.handle,
      origin: page.origin,
      url: page.url,
      state: 'active',
      connectedBy: personId,
      connectedAt: ctx.now(),
    })
  return {
    news: page.id,
    shop: (await more(shop, `${workspace.id}:shop`)).id,
    hut: (await more(hut, `${workspace.id}:hut`)).id,
  }
}

/** A campaign as the starter writer writes it; what lies in the past was published, what comes is scheduled or waits for approval. */
async function addCampaign(
  demo: Demo,
  name: string,
  words: BriefWords,
  { from, to, channel }: { from: number; to: number; channel: DemoChannel },
): Promise<void> {
  const { ctx, workspaceId, personId, timeZone } = demo
  const dayAt = (days: number) => whenOn(demo, days).slice(0, 10)
  const brief: Brief = {
    ...words,
    timeZone,
    from: dayAt(from),
    to: dayAt(to),
    postsPerWeek: 3,
    channelIds: [demo.channels[channel]],
    utm: { on: false, source: '{network}', medium: 'social', campaign: '' },
  }
  const writtenAt = new Date(ctx.now().getTime() + Math.min(from - 2, 0) * day - 60_000)
  const runId = await inDemo(demo, async () => {
    const campaign = await Campaign.create({ workspaceId, name, brief, createdBy: personId })
    const begun = { state: 'planning', writer: starterName, costMicros: 0, startedBy: personId }
    const made = await Run.create({
      workspaceId,
      campaignId: campaign.id,
      number: 1,
      startedAt: writtenAt,
      ...begun,
    })
    return made.id
  })
  const then = { ...ctx, now: () => writtenAt }
  const count = await planRun(then, { workspaceId, runId })
  for (let i = 0; i < (count ?? 0); i++) await draftPost(then, { workspaceId, runId }, i)
  await end(then, { workspaceId, runId }, 'done', null)
  const posts = await inDemo(demo, () =>
    Post.findAll({ where: { runId }, order: [['slotIndex', 'ASC']] }),
  )
  for (const post of posts)
    await inDemo(demo, () => lead(demo, post, from > 0 ? 'in_review' : outcomeOf(demo, post)))
}

const outcomeOf = ({ ctx }: Demo, post: Post): Outcome =>
  (post.publishAt ?? ctx.now()) < ctx.now() ? 'published' : 'scheduled'

async function addPost(demo: Demo, wanted: DemoPost): Promise<void> {
  const { ctx, workspaceId, personId, timeZone, assetId } = demo
  const segments = [{ text: wanted.text, assetIds: wanted.image ? [assetId] : [] }]
  const { at } = wanted
  const wallTime = at && ('hours' in at ? whenIn(demo, at.hours) : whenOn(demo, at.days, at.time))
  const post = await insertPost({
    workspaceId,
    author: personId,
    provenance: byPerson(personId),
    now: new Date(ctx.now().getTime() - 60 * day),
    fields: {
      content: { segments, language: 'en', mentions: [] },
      ownTexts: [],
      channelIds: wanted.channels.map((name) => demo.channels[name]),
      when: wallTime ? { wallTime, timeZone } : null,
      latenessMinutes: 60,
    },
  })
  await lead(demo, post, wanted.outcome, wanted.remark)
}

/** Leads a new post to where it is to stand. */
async function lead(demo: Demo, post: Post, outcome: Outcome, remark = ''): Promise<void> {
  const author = { personId: demo.personId, mayApprove: true }
  if (outcome === 'draft') return
  if (outcome === 'in_review') {
    await post.update({ state: 'in_review' })
    return
  }
  if (outcome === 'changes_requested') {
    await withdraw(demo.ctx, post, author, '', 'changes_requested')
    await addComment(post, 'changes_requested', remark, demo.personId)
    return
  }
  await approve(post, post.contentVersion, author)
  if (outcome !== 'approved') await live(demo.ctx, post, outcome, demo.personId)
}

const halfHour = 1_800_000
/** At a full or a half hour, as people plan. */
const whenIn = ({ ctx, timeZone }: Demo, hours: number): string => {
  const at = ctx.now().getTime() + hours * 2 * halfHour
  return whenAt(new Date(Math.floor(at / halfHour) * halfHour), timeZone).wallTime
}

const whenOn = (demo: Demo, days: number, time = '09:00'): string =>
  `${whenIn(demo, days * 24).slice(0, 10)}T${time}`

/** Deletes a demo workspace with everything in it, workflow histories included. Throws `conflict` for any other workspace. */
export async function wipeDemo(
  ctx: Pick<Context, 'db'>,
  workspaceId: string,
  personId?: string,
  first?: () => Promise<void>,
): Promise<void> {
  const scope = { workspace: workspaceId, ...(personId ? { person: personId } : {}) }
  await ctx.db.tx(scope, async () => {
    await first?.()
    const workspace = await Workspace.findByPk(workspaceId, { lock: true })
    if (!workspace) throw new Problem('not_found')
    if (!workspace.demo)
      throw new Problem('conflict', 'This is no demo workspace, so nothing was deleted.')
    await run('delete from outbox where workspace_id = $1', [workspaceId])
    await run('update workflow_runs set erase = true where workspace_id = $1', [workspaceId])
    await markDirty('erase', workspaceId, workspaceId)
    await workspace.destroy()
  })
}
