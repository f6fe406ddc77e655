/** The ledger holds itself: what is no allowed move is refused by the database, whoever writes, and neither a state nor a move stands alone. */
import { happened } from '#contract/posts/happened.ts'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DeliveryState } from '#contract/posts/delivery.ts'
import { rows, run } from '../../../core/platform/db.ts'
import { allowedMoves, type From } from '../../../core/publishing/allowed-moves.ts'
import { Delivery } from '../../../core/publishing/models/delivery.ts'
import { move, moveIfThere } from '../../../core/publishing/move.ts'
import { schedule } from '../../../core/publishing/ledger.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { inRoot } from '../../../scripts/lib/paths.ts'
import { bring } from '../../support/deliveries.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

const states = DeliveryState.options
const froms = Object.keys(allowedMoves) as From[]
const pairs = froms.flatMap((from) => states.map((to): [From, DeliveryState] => [from, to]))
const isAllowed = (from: From, to: DeliveryState) =>
  (allowedMoves[from] as readonly DeliveryState[]).includes(to)

let world: World
let tenant: Tenant
beforeAll(async () => {
  world = await createWorld()
  tenant = await world.addTenant()
})
afterAll(() => world?.[Symbol.asyncDispose]())

const inWorkspace = <T>(fn: () => Promise<T>) =>
  world.ctx.db.tx({ workspace: tenant.workspaceId }, fn)

/** A delivery in that state. */
async function standing(state: DeliveryState): Promise<Delivery> {
  const post = await world.addPost(tenant)
  return inWorkspace(async () => {
    await schedule(world.ctx, post, { by: null })
    await bring(post.id, state)
    return Delivery.findOne({ where: { postId: post.id }, rejectOnEmpty: true })
  })
}

/** State and move in one statement, as anybody with SQL could write them. */
const raw = (delivery: Delivery, to: string, number = delivery.moves + 1) =>
  run(
    `with moved as (update deliveries set state = $2, moves = $3 where id = $1 returning *)
     insert into moves (id, workspace_id, post_id, delivery_id, number, from_state, to_state, code, params, at)
     select $4, workspace_id, post_id, id, $3, $5, $2, 'begun', '{}', now() from moved`,
    [delivery.id, to, number, uuidv7(), delivery.state],
  )

async function beginRaw(state: string): Promise<number> {
  const post = await world.addPost(tenant)
  return inWorkspace(() =>
    run(
      `with begun as (
         insert into deliveries (id, workspace_id, post_id, channel_id, network, state, generation, publish_at, lateness_minutes, moves, created_at, updated_at)
         values ($1, $2, $3, $4, 'page', $5, 1, now(), 60, 1, now(), now()) returning *)
       insert into moves (id, workspace_id, post_id, delivery_id, number, to_state, code, params, at)
       select $6, workspace_id, post_id, id, 1, state, 'begun', '{}', now() from begun`,
      [uuidv7(), tenant.workspaceId, post.id, tenant.pageId, state, uuidv7()],
    ),
  )
}

const databaseError = (error: unknown) =>
  String((error as { parent?: Error }).parent?.message ?? error)
const refusal = async (work: Promise<unknown>): Promise<string> => work.then(String, databaseError)

describe('the moves of a delivery', () => {
  it('are the same in the database as in the code', async () => {
    const there = await inWorkspace(() =>
      rows<{ from_state: From | null; to_state: DeliveryState }>('select * from allowed_moves'),
    )
    const said = there.map((m) => `${m.from_state ?? 'beginning'} to ${m.to_state}`).sort()
    const ours = pairs.filter(([from, to]) => isAllowed(from, to))
    expect(said).toEqual(ours.map(([from, to]) => `${from} to ${to}`).sort())
  })

  it.each(pairs.filter(([from, to]) => isAllowed(from, to)))(
    'may lead from %s to %s',
    async (from, to) => {
      if (from === 'beginning') return expect(await beginRaw(to)).toBe(1)
      const delivery = await standing(from)
      const change = { to, at: new Date(), what: happened('resumed') }
      expect(await inWorkspace(() => moveIfThere(delivery, change))).toBe(true)
      expect((await inWorkspace(() => delivery.reload())).state).toBe(to)
    },
  )

  it.each(pairs.filter(([from, to]) => !isAllowed(from, to)))(
    'may not lead from %s to %s, even in bare SQL',
    async (from, to) => {
      const work =
        from === 'beginning'
          ? beginRaw(to)
          : standing(from).then((delivery) => inWorkspace(() => raw(delivery, to)))
      expect(await refusal(work)).toMatch(/a delivery may not move from/)
    },
  )

  it('cannot change a state without a line of what happened', async () => {
    const { id, moves } = await standing('scheduled')
    const bare = [
      "state = 'publishing'",
      "state = 'publishing', moves = moves + 1",
      `moves = ${moves + 1}`,
    ]
    for (const set of bare)
      expect(
        await refusal(inWorkspace(() => run(`update deliveries set ${set} where id = $1`, [id]))),
      ).toMatch(/a state of a delivery without its move/)
  })

  it('cannot write a line of what happened that did not happen', async () => {
    const delivery = await standing('scheduled')
    const line = (number: number, from: string | null, to: string) =>
      inWorkspace(() =>
        run(
          `insert into moves (id, workspace_id, post_id, delivery_id, number, from_state, to_state, code, params, at)
           values ($1, $2, $3, $4, $5, $6, $7, 'begun', '{}', now())`,
          [uuidv7(), tenant.workspaceId, delivery.postId, delivery.id, number, from, to],
        ),
      )
    const { moves } = delivery
    expect(await refusal(line(moves + 1, 'scheduled', 'publishing'))).toMatch(/without its state/)
    expect(await refusal(line(moves + 1, 'published', 'taken_down'))).toMatch(
      /does not begin where/,
    )
    expect(await refusal(line(moves, 'scheduled', 'scheduled'))).toMatch(/duplicate key|unique/)
    expect(await refusal(line(0, null, 'scheduled'))).toMatch(/moves_number_check/)
  })

  it('cannot keep a sentence in place of a code', async () => {
    const delivery = await standing('scheduled')
    const sentence = "'Sending began.', '{}', now()"
    const work = inWorkspace(() =>
      run(
        `with moved as (update deliveries set state = 'publishing', moves = moves + 1 where id = $1 returning *)
         insert into moves (id, workspace_id, post_id, delivery_id, number, from_state, to_state, code, params, at)
         select $2, workspace_id, post_id, id, moves, 'scheduled', state, ${sentence} from moved`,
        [delivery.id, uuidv7()],
      ),
    )
    expect(await refusal(work)).toMatch(/moves_code_check/)
  })

  it('undo the whole unit of work when somebody else moved first', async () => {
    const delivery = await standing('scheduled')
    const there = {
      to: 'publishing' as const,
      at: new Date(),
      what: happened('begun', { attempt: 1 }),
    }
    await inWorkspace(() => move(delivery, there))
    await expect(inWorkspace(() => move(delivery, there))).rejects.toMatchObject({
      kind: 'conflict',
    })
  })

  it('go with their post', async () => {
    const { postId } = await standing('published')
    expect(await inWorkspace(() => run('delete from posts where id = $1', [postId]))).toBe(1)
  })
})

describe('deliveries and their moves', () => {
  const writes =
    /\b(?:update|insert into|delete from) (?:deliveries|moves)\b|\b(?:Delivery|Move)\.(?:create|bulkCreate|update|upsert|destroy)\b/i

  it('are written by one module alone', async () => {
    const found: string[] = []
    for await (const file of glob('{core,api,activities,networks}/**/*.ts', { cwd: inRoot() }))
      if (writes.test(readFileSync(inRoot(file), 'utf8'))) found.push(file)
    expect(found).toEqual(['core/publishing/move.ts'])
  })
})
