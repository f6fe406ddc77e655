/** Deleting for good: nothing of it stays in any table that the data map says goes with it, whoever dies in between. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mappedColumns } from '../../../core/platform/data-map.ts'
import { rows, run } from '../../../core/platform/db.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { byPerson, fieldsOf, findPost, insertPost, lockPost } from '../../../core/posts/posts.ts'
import { arm } from '../../../core/publishing/arming.ts'
import { retry } from '../../../core/publishing/deciding.ts'
import { beginErasure, erase, resumeErasures } from '../../../core/publishing/erasing.ts'
import { schedule } from '../../../core/publishing/ledger.ts'
import { Delivery } from '../../../core/publishing/models/delivery.ts'
import { networks } from '../../../networks/registry.ts'
import { bring } from '../../support/deliveries.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

let world: World
let tenant: Tenant
let other: Tenant
/** How often taking down breaks before it works. */
let breaks = 0
const page = {
  ...networks.page!,
  remove: (...args: Parameters<NonNullable<(typeof networks)['page']['remove']>>) => {
    breaks -= 1
    if (breaks >= 0) throw new TypeError('a fault of ours')
    return networks.page!.remove!(...args)
  },
}

beforeAll(async () => {
  world = await createWorld({ overrides: { networks: { ...networks, page } } })
})
afterAll(() => world?.[Symbol.asyncDispose]())
beforeEach(async () => {
  breaks = 0
  tenant = await world.addTenant()
  other = await world.addTenant()
})

const within = <T>(fn: () => Promise<T>, { workspaceId } = tenant) =>
  world.ctx.db.tx({ workspace: workspaceId }, fn)

/** Tables whose rows go with a post, a run or a campaign. */
const going = [
  ...new Set(
    mappedColumns()
      .filter(({ eraser }) => ['post', 'run', 'campaign'].includes(eraser))
      .map(({ table }) => table),
  ),
].sort()

/** Names of those tables in which the workspace has rows. */
const filled = (whose = tenant) =>
  within(async () => {
    const found: string[] = []
    for (const table of going)
      if (
        (await rows(`select 1 from ${table} where workspace_id = $1 limit 1`, [whose.workspaceId]))
          .length
      )
        found.push(table)
    return found
  }, whose)

/** A campaign with a run and a post that was published, with a row in every table that such a post may have rows in. */
async function campaignOf(whose: Tenant): Promise<{ campaignId: string; postId: string }> {
  const [campaignId, runId] = [uuidv7(), uuidv7()]
  const post = await world.addPost(whose)
  const { workspaceId, pageId } = whose
  const ids = [workspaceId, campaignId, runId, post.id]
  await within(async () => {
    await run(
      `insert into campaigns (id, workspace_id, name, brief, created_at, updated_at) values ($2, $1, 'Spring', '{}', now(), now())`,
      ids.slice(0, 2),
    )
    await run(
      `insert into runs (id, workspace_id, campaign_id, number, state, writer, started_at, created_at, updated_at) values ($3, $1, $2, 1, 'done', 'starter', now(), now(), now())`,
      ids.slice(0, 3),
    )
    await run(
      'update posts set campaign_id = $2, run_id = $3 where id = $4 and workspace_id = $1',
      ids,
    )
    await run(
      `insert into comments (id, workspace_id, post_id, kind, text, content_version, created_at) values ($1, $2, $3, 'comment', 'Good.', 1, now())`,
      [uuidv7(), workspaceId, post.id],
    )
    await run(
      `insert into post_versions (post_id, content_version, workspace_id, content, own_texts, provenance, created_at)
       values ($1, 1, $2, '{}', '[]', '{}', now()) on conflict do nothing`,
      [post.id, workspaceId],
    )
    await run(
      `insert into workflow_runs (workflow_id, run_id, workspace_id, post_id) values ($1, $1, $2, $3)`,
      [`post:${post.id}`, workspaceId, post.id],
    )
    await schedule(world.ctx, post, { by: null })
    await bring(post.id, 'published', { set: { publishedAt: new Date(), attempt: 1 } })
    const { id } = await Delivery.findOne({ where: { postId: post.id }, rejectOnEmpty: true })
    await run(
      `insert into outgoing (delivery_id, number, workspace_id, content_version, content_hash, token, payload, payload_hash, handle, armed_at)
       values ($1, 1, $2, 1, 'h', $1, '{}', 'h', '{}', now())`,
      [id, workspaceId],
    )
    await run(
      `insert into attempts (delivery_id, number, workspace_id, armed_at, outgoing, claim) values ($1, 1, $2, now(), 1, $1)`,
      [id, workspaceId],
    )
    await run(
      `insert into standing (delivery_id, remote_id, part, workspace_id, channel_id, permalink, content_version, since)
       values ($1, $2, 1, $3, $4, 'https://example.org/p', 1, now())`,
      [id, id, workspaceId, pageId],
    )
    await run(
      `insert into page_posts (delivery_id, workspace_id, slug, segments, language, published_at) values ($1, $2, 'a', '[]', 'en', now())`,
      [id, workspaceId],
    )
  }, whose)
  return { campaignId, postId: post.id }
}

const wanted = (id: string, kind = 'campaign') => ({
  kind,
  id,
  workspaceId: tenant.workspaceId,
  takeDown: [tenant.pageId],
  by: tenant.personId,
})

/** The same world, two minutes later: whoever was at it is taken for dead. */
const later = () => ({ ...world.ctx, now: () => new Date(Date.now() + 120_000) })

/** Histories wait for Temporal, which this world does not have; they are marked. */
const but = (tables: string[]) => tables.filter((table) => table !== 'workflow_runs')

describe('erasing a campaign', () => {
  it('leaves nothing in any table that goes with it, and everything of others', async () => {
    const { campaignId } = await campaignOf(tenant)
    await campaignOf(other)
    // Counting sees what it has to see.
    expect(await filled()).toEqual(going)
    expect((await erase(world.ctx, wanted(campaignId))).left).toEqual([])
    expect(but(await filled())).toEqual([])
    expect(await within(() => rows('select 1 from workflow_runs where not erase'))).toEqual([])
    expect(await filled(other)).toEqual(going)
  })

  it('is finished by somebody else when its process died right after it began', async () => {
    const { campaignId } = await campaignOf(tenant)
    await beginErasure(world.ctx, wanted(campaignId))
    expect(but(await filled())).not.toEqual([])
    expect(await resumeErasures(world.ctx)).toBe(0)
    expect(await resumeErasures(later())).toBe(1)
    expect(but(await filled())).toEqual([])
    expect(await resumeErasures(later())).toBe(0)
  })

  it('is finished when a step in the middle broke', async () => {
    const { campaignId } = await campaignOf(tenant)
    breaks = 1
    await expect(erase(world.ctx, wanted(campaignId))).rejects.toThrow('a fault of ours')
    expect(but(await filled())).not.toEqual([])
    expect(await resumeErasures(later())).toBe(1)
    expect(but(await filled())).toEqual([])
  })

  it('goes on with the same erasure when it is asked for again', async () => {
    const { campaignId } = await campaignOf(tenant)
    const { id } = await beginErasure(world.ctx, wanted(campaignId))
    expect((await erase(world.ctx, wanted(campaignId))).deletionId).toBe(id)
    await expect(erase(world.ctx, wanted(campaignId))).rejects.toMatchObject({ kind: 'not_found' })
  })
})

describe('from the moment it is being erased', () => {
  it('a post can be neither changed, scheduled nor sent again', async () => {
    const { postId } = await campaignOf(tenant)
    const failed = await world.addPost(tenant)
    await within(async () => {
      await schedule(world.ctx, failed, { by: null })
      await bring(failed.id, 'failed')
    })
    await beginErasure(world.ctx, wanted(postId, 'post'))
    await beginErasure(world.ctx, wanted(failed.id, 'post'))
    const refusal = { kind: 'conflict', message: 'This post is being deleted.' }
    await expect(within(() => lockPost(tenant.workspaceId, postId))).rejects.toMatchObject(refusal)
    await expect(
      within(async () => {
        const delivery = await Delivery.findOne({
          where: { postId: failed.id },
          rejectOnEmpty: true,
        })
        return retry(world.ctx, delivery, { by: null })
      }),
    ).rejects.toMatchObject(refusal)
  })

  it('a post that was just being sent is not sent again', async () => {
    const post = await world.addPost(tenant)
    await within(async () => {
      await schedule(world.ctx, post, { by: null })
      await bring(post.id, 'publishing', { set: { attempt: 1 } })
    })
    await beginErasure(world.ctx, wanted(post.id, 'post'))
    const where = { postId: post.id }
    await within(() => bring(post.id, 'scheduled'))
    const { id, generation } = await within(() => Delivery.findOne({ where, rejectOnEmpty: true }))
    const [armed] = await arm(world.ctx, [
      {
        workspaceId: tenant.workspaceId,
        deliveryId: id,
        generation,
        attempt: 2,
        claim: uuidv7(),
        contentVersion: 1,
        budgetMs: 1000,
        content: {
          token: uuidv7(),
          contentHash: 'h',
          compose: () => ({ payload: {}, handle: {} }) as never,
        },
      },
    ])
    expect(armed).toEqual({ armed: false, next: { outcome: 'done', state: 'cancelled' } })
  })

  it('a campaign takes no new post', async () => {
    const { campaignId, postId } = await campaignOf(tenant)
    await beginErasure(world.ctx, wanted(campaignId))
    const { workspaceId, personId } = tenant
    const adding = within(async () => {
      const fields = { ...fieldsOf(await findPost(workspaceId, postId)), when: null }
      const provenance = byPerson(personId)
      return insertPost({
        workspaceId,
        fields,
        author: personId,
        provenance,
        now: new Date(),
        campaignId,
      })
    })
    await expect(adding).rejects.toMatchObject({ kind: 'invalid' })
  })
})
