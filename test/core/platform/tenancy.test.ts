import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bindModels } from '../../../core/open.ts'
import { openDatabase, rows, run, type Database } from '../../../core/platform/db.ts'
import { Campaign } from '../../../core/campaigns/models/campaign.ts'
import { Membership } from '../../../core/workspaces/models/membership.ts'
import { Person } from '../../../core/identity/models/person.ts'
import { Workspace } from '../../../core/workspaces/models/workspace.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { adminUrlOf, createDatabase } from '../../support/database.ts'

const mine = uuidv7()
const theirs = uuidv7()
const me = uuidv7()
let db: Database
let url: string

beforeAll(async () => {
  url = await createDatabase()
  db = openDatabase(url, { bindModels })
  await addPerson(me)
  for (const id of [mine, theirs]) await addWorkspace(id)
})
afterAll(() => db.close())

async function addPerson(id: string) {
  await db.tx({ person: id }, () =>
    Person.create({
      id,
      email: `${id}@example.org`,
      name: 'P',
      sixteenAttestedAt: new Date(),
    }),
  )
}

async function addWorkspace(id: string) {
  await db.tx({ workspace: id, person: me }, async () => {
    await Workspace.create({
      id,
      name: id,
      timeZone: 'UTC',
      language: 'en',
      pageSlug: id,
      slots: [],
    })
    if (id === mine) await Membership.create({ workspaceId: id, personId: me, role: 'owner' })
    await Campaign.create({ workspaceId: id, name: 'secret', brief: {} as never })
  })
}

describe('row-level security', () => {
  it('shows a tenant its own rows and nobody else’s', async () => {
    expect(await db.tx({ workspace: mine }, () => Campaign.count())).toBe(1)
    expect(await db.tx({ workspace: theirs }, () => Campaign.findAll())).toHaveLength(1)
  })
  it('shows nothing without a tenant', async () => {
    expect(await db.tx({}, () => Campaign.count())).toBe(0)
  })
  it('refuses rows of another tenant', async () => {
    const smuggle = db.tx({ workspace: mine }, () =>
      Campaign.create({ workspaceId: theirs, name: 'x', brief: {} as never }),
    )
    await expect(smuggle).rejects.toThrow(/row-level security/)
  })
  it('lists for a person the workspaces of their memberships only', async () => {
    const found = await db.tx({ person: me }, () => Workspace.findAll())
    expect(found.map((w) => w.id)).toEqual([mine])
  })
  it('matters: a superuser sees every tenant', async () => {
    const admin = new pg.Client({ connectionString: adminUrlOf(url) })
    await admin.connect()
    const { rows: all } = await admin.query('select id from campaigns')
    await admin.end()
    expect(all).toHaveLength(2)
  })
  it('lets jobs walk over all tenants, but see no content', async () => {
    expect(await db.tx({ role: 'jobs' }, () => rows('select id from workspaces'))).toHaveLength(2)
    const reading = db.tx({ role: 'jobs' }, () => rows('select name from workspaces'))
    await expect(reading).rejects.toThrow(/permission denied/)
  })
  it('keeps forty tenants apart side by side', async () => {
    const seen = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        db.tx({ workspace: i % 2 ? mine : theirs }, async () =>
          (await Campaign.findAll()).map((c) => c.workspaceId),
        ),
      ),
    )
    seen.forEach((ids, i) => expect(ids).toEqual([i % 2 ? mine : theirs]))
  })
})

describe('a unit of work', () => {
  it('cannot be opened inside another', async () => {
    await expect(db.tx({}, () => db.tx({}, async () => 1))).rejects.toThrow(/second unit of work/)
  })
  it('is the only place for a query', async () => {
    await expect(rows('select 1 as one')).rejects.toThrow(/outside a unit of work/)
  })
  it('leaves nothing behind when it fails', async () => {
    const failing = db.tx({ workspace: mine }, async () => {
      await run('update campaigns set name = $1', ['changed'])
      throw new Error('stop')
    })
    await expect(failing).rejects.toThrow('stop')
    expect(
      await db.tx({ workspace: mine }, () => Campaign.count({ where: { name: 'secret' } })),
    ).toBe(1)
  })
})
