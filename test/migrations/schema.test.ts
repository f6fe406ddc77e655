/** The schema against itself (indexes, policies), against the models and against the contract: none may drift from another. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import pg from 'pg'
import { Sequelize, type ModelStatic, type Model } from 'sequelize'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunState } from '#contract/campaigns/campaigns.ts'
import { ChannelState } from '#contract/channels/channels.ts'
import { Mail } from '#contract/platform/system.ts'
import { PostState, Shown } from '#contract/posts/post.ts'
import { DeliveryState } from '#contract/posts/delivery.ts'
import { bindModels } from '../../core/open.ts'
import { inRoot } from '../../scripts/lib/paths.ts'
import { adminUrlOf, askAdmin, createDatabase } from '../support/database.ts'

let url: string
let sequelize: Sequelize
beforeAll(async () => {
  url = await createDatabase()
  sequelize = new Sequelize(url, { dialect: 'postgres', logging: false })
  bindModels(sequelize)
})
afterAll(() => sequelize.close())

/** Foreign keys as `table.column` that no index begins with; one over `column is not null` serves as well. */
const bareKeys = async (): Promise<string[]> =>
  (
    await askAdmin<{ key: string }>(
      url,
      `select c.conrelid::regclass || '.' || string_agg(a.attname, ',' order by k.n) as key
       from pg_constraint c cross join unnest(c.conkey) with ordinality k (col, n)
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.col
       where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not exists (
         select 1 from pg_index i where i.indrelid = c.conrelid and i.indisvalid
           and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
           and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname)))
       group by c.oid, c.conrelid order by 1`,
    )
  ).map(({ key }) => key)

/** How Postgres finds the rows when it may not read the whole table. */
async function planOf(statement: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrlOf(url) })
  await client.connect()
  await client.query('set enable_seqscan = off')
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${statement}`)
  await client.end()
  return rows.map((line) => line['QUERY PLAN']).join('\n')
}

const none = `'00000000-0000-0000-0000-000000000000'`
/** What the product looks up beside primary and foreign keys. */
const lookups = [
  `select id from persons where lower(email) = 'a'`,
  `select id from persons where operator`,
  `select id from sessions where access_hash = 'a' or previous_access_hash = 'a'`,
  `delete from sessions where expires_at < now()`,
  `select session_id from refresh_tokens where hash = 'a'`,
  `select id from api_keys where hash = 'a'`,
  `select id from workspaces where page_slug = 'a'`,
  `delete from channel_authorizations where expires_at < now()`,
  `delete from idempotency_keys where created_at < now()`,
  `delete from idempotency_keys where workspace_id = ${none}`,
  `delete from events where at < now()`,
  `delete from allowances where ends_at < now()`,
  `delete from job_runs where started_at < now()`,
  `delete from outbox where subject = any('{a}')`,
  `delete from outbox where workspace_id = ${none}`,
  `select * from outbox where next_at <= now() order by next_at limit 1`,
  `select * from workflow_runs where workspace_id = ${none} and erase`,
  `select * from workflow_runs where post_id = ${none} or campaign_id = ${none} or campaign_run_id = ${none}`,
  `select * from mails where state = 'waiting' and next_at <= now()`,
  `select count(*) from mails where state = 'failed'`,
  `select max(published_at) from deliveries where channel_id = ${none}`,
  `select id from deliveries where state = 'scheduled' and publish_at < now()`,
  `select id from deliveries where state = 'publishing' and settles_at < now()`,
  `select id from moves where delivery_id = ${none}`,
  `select remote_id from standing where channel_id = ${none} and since > now()`,
  `select id from runs where state in ('planning', 'writing') and updated_at < now()`,
  `select id from channels where expires_at < now()`,
  `select id from files where state = 'leaving'`,
  `select id from files where state <> 'leaving' and touched_at < now()`,
]

describe('indexes', () => {
  it('begin with every foreign key', async () => {
    expect(await bareKeys()).toEqual([])
  })
  it('matter: a foreign key without one is found', async () => {
    await askAdmin(url, 'alter index moves_workspace rename to moves_gone')
    await askAdmin(url, 'drop index moves_gone, variants_workspace')
    expect(await bareKeys()).toEqual(['moves.workspace_id', 'variants.workspace_id'])
    expect(await planOf(`select id from moves where workspace_id = ${none}`)).toContain('Seq Scan')
    await askAdmin(url, 'create index moves_workspace on moves (workspace_id)')
    await askAdmin(url, 'create index variants_workspace on variants (workspace_id)')
  })
  it.each(lookups)('serve %s', async (statement) => {
    expect(await planOf(statement)).not.toContain('Seq Scan')
  })
})

describe('row-level security', () => {
  /** Tables that belong to the instance and not to a tenant or person. */
  const ofTheInstance = ['allowed_moves', 'heartbeats', 'migrations', 'network_apps']
  it('is forced on every table that holds somebody’s rows', async () => {
    const open = await askAdmin<{ t: string }>(
      url,
      `select relname as t from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and not (relrowsecurity and relforcerowsecurity) order by 1`,
    )
    expect(open.map(({ t }) => t)).toEqual(ofTheInstance)
  })
  it('lets the app see a workspace’s rows by its workspace or person alone', async () => {
    const wide = await askAdmin(
      url,
      `select tablename, policyname from pg_policies where 'postaura_app' = any(roles) and permissive = 'PERMISSIVE'
         and coalesce(qual, with_check) !~ 'app_workspace|app_person|app.actor|workspace_id IS NULL'`,
    )
    expect(wide).toEqual([])
  })
})

interface Column {
  name: string
  type: string
  nullable: boolean
}

async function columnsOf(table: string): Promise<Column[]> {
  return askAdmin<{ name: string; type: string; nullable: boolean }>(
    url,
    `select c.column_name as name, format_type(a.atttypid, a.atttypmod) as type, c.is_nullable = 'YES' as nullable
     from information_schema.columns c join pg_attribute a on a.attrelid = c.table_name::regclass and a.attname = c.column_name
     where c.table_schema = 'public' and c.table_name = $1 order by c.column_name`,
    [table],
  )
}

/** What each model's class declares: attribute -> whether it may be null. */
function declared(): Map<string, Map<string, boolean>> {
  const files = readdirSync(inRoot('core'), { recursive: true, encoding: 'utf8' })
  const models = new Map<string, Map<string, boolean>>()
  for (const file of files.filter((f) => /\/models\/[\w-]+\.ts$/.test(f))) {
    const text = readFileSync(inRoot('core', file), 'utf8')
    const [, name] = /class (\w+) extends Model/.exec(text) ?? []
    if (!name) throw new Error(`${basename(file)} declares no model`)
    const fields = text.matchAll(/^ {2}declare (\w+): ([^]*?)\n(?= {2}declare| {2}\/\*\*|\})/gm)
    models.set(name, new Map([...fields].map(([, key, type]) => [key!, /\| null>?$/.test(type!)])))
  }
  return models
}

function columnsOfModel(model: ModelStatic<Model>, nullable: Map<string, boolean>): Column[] {
  return Object.entries(model.getAttributes())
    .map(([key, attribute]) => ({
      name: attribute.field!,
      type: String((attribute.type as { toSql(): string }).toSql()).toLowerCase(),
      nullable: nullable.get(key)!,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Columns that no model binds, with the reason. */
const forPostgresAlone: Record<string, string[]> = {
  // Generated from the content, and read by the search function alone.
  posts: ['words'],
}
/** Tables that statements alone use. */
const withoutModel = [
  'allowances',
  'allowed_moves',
  'events',
  'heartbeats',
  'job_runs',
  'migrations',
  'outbox',
  'periodic_jobs',
]

describe('models', () => {
  it('bind every table but those of statements', async () => {
    const tables = await askAdmin<{ t: string }>(
      url,
      `select tablename as t from pg_tables where schemaname = 'public' order by 1`,
    )
    const bound = Object.values(sequelize.models).map((model) => model.getTableName() as string)
    expect([...bound, ...withoutModel].sort()).toEqual(tables.map(({ t }) => t))
  })
  it('have the columns of their tables, with type and whether they may be null', async () => {
    const classes = declared()
    for (const model of Object.values(sequelize.models)) {
      const table = model.getTableName() as string
      const stored = (await columnsOf(table)).filter(
        ({ name }) => !forPostgresAlone[table]?.includes(name),
      )
      expect(columnsOfModel(model, classes.get(model.name)!), table).toEqual(
        stored.sort((a, b) => (a.name < b.name ? -1 : 1)),
      )
    }
  })
  it('matter: a column that is renamed is noticed', async () => {
    await askAdmin(url, 'alter table assets rename alt to alternative')
    const stored = (await columnsOf('assets')).map(({ name }) => name)
    await askAdmin(url, 'alter table assets rename alternative to alt')
    const model = columnsOfModel(sequelize.models.Asset!, declared().get('Asset')!)
    expect(model.map(({ name }) => name)).not.toEqual(stored)
  })
})

/** Checks of the database that say the same as an enumeration of the contract. */
const enumerations: Record<string, readonly string[]> = {
  'channels.state': ChannelState.options,
  'deliveries.state': DeliveryState.options,
  'mails.state': Mail.shape.state.options,
  'posts.state': PostState.options,
  'runs.state': RunState.options,
}
/** Checks of what no program is told. */
const inside = [
  'job_runs.outcome',
  'attempts.outcome',
  'files.state',
  'posts.approved_from',
  'posts.visibility',
]

describe('enumerations', () => {
  it('of the contract and checks of the database have the same words', async () => {
    const checks = await askAdmin<{ column: string; check: string }>(
      url,
      `select c.conrelid::regclass || '.' || a.attname as column, pg_get_constraintdef(c.oid) as check
       from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       where c.contype = 'c' and c.connamespace = 'public'::regnamespace and pg_get_constraintdef(c.oid) like '%ANY (ARRAY%' order by 1`,
    )
    expect(checks.map(({ column }) => column)).toEqual(
      [...Object.keys(enumerations), ...inside].sort(),
    )
    for (const { column, check } of checks.filter((c) => c.column in enumerations))
      expect([...check.matchAll(/'(\w+)'::text/g)].map(([, word]) => word).sort(), column).toEqual(
        [...enumerations[column]!].sort(),
      )
  })
  it('of what a post shows are its own states and those of its deliveries', () => {
    expect([...Shown.options].sort()).toEqual(
      [...PostState.options, ...DeliveryState.options].sort(),
    )
  })
})
