/**
 * A world of one's own for a test: database, configuration, context, a workspace with people and channels, and, when asked for, a worker
 * on task queues that nobody else uses. Servers are the run's real Postgres and Temporal.
 */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { readConfig, type Config } from '../../core/platform/config.ts'
import { openContext } from '../../core/open.ts'
import type { Context } from '../../core/platform/context.ts'
import { channelSecrets } from '../../core/channels/access.ts'
import { createLog } from '../../core/platform/log.ts'
import { Channel } from '../../core/channels/models/channel.ts'
import { Delivery } from '../../core/publishing/models/delivery.ts'
import { Membership } from '../../core/workspaces/models/membership.ts'
import { Person } from '../../core/identity/models/person.ts'
import { Post } from '../../core/posts/models/post.ts'
import { Workspace } from '../../core/workspaces/models/workspace.ts'
import type { Json } from '../../networks/network.ts'
import { uuidv7 } from '../../core/platform/uuid.ts'
import type { Workers, WorkerSettings } from '../../activities/workers.ts'
import { freshSecrets } from '../../scripts/lib/secrets.ts'
import { createDatabase } from './database.ts'

export interface WorldOptions {
  /** Replaces parts of the context: time, networks, http. */
  overrides?: Partial<Context>
  /** More environment for `readConfig`, e.g. SETTLE_MS; with a DATABASE_URL it is a world on that database. */
  env?: Record<string, string>
}

export interface Tenant {
  workspaceId: string
  personId: string
  /** The workspace's own page, switched on. */
  pageId: string
}

export interface World extends AsyncDisposable {
  ctx: Context
  config: Config
  /** What a child process needs to work in this world. */
  env: Record<string, string>
  /** Makes a person and a workspace that the person has `role` in, with its page on. */
  addTenant(role?: 'owner' | 'editor' | 'viewer'): Promise<Tenant>
  addChannel(tenant: Tenant, channel: Partial<NewChannel> & { network: string }): Promise<string>
  /** An approved post on the tenant's page (or other channels), not yet scheduled. */
  addPost(tenant: Tenant, post?: NewPost): Promise<Post>
  deliveries(tenant: Tenant, postId: string): Promise<Delivery[]>
  /** Starts a worker in this process; stopped with the world. */
  work(settings?: WorkerSettings): Promise<Workers>
}

export interface NewChannel {
  network: string
  remoteId: string
  name: string
  handle: string
  origin: string
  settings: Record<string, Json>
  secrets: Record<string, string>
  state: string
}

export interface NewPost {
  text?: string
  /** Further parts of a thread. */
  more?: string[]
  channelIds?: string[]
  publishAt?: Date
  latenessMinutes?: number
  approved?: boolean
  assetIds?: string[]
}

/** Opens a world; `await using` closes it. One world at a time per process: models belong to one database. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const env = environment(options.env?.DATABASE_URL ?? (await createDatabase()), options.env)
  const config = readConfig(env)
  const llm = {} as Context['llm'] // tests that write hand in their own
  const ctx = await openContext(config, {
    log: createLog(config.logLevel),
    llm,
    ...options.overrides,
  })
  const started: Workers[] = []
  return {
    ctx,
    config,
    env,
    addTenant: (role) => addTenant(ctx, role),
    addChannel: (tenant, channel) => addChannel(ctx, tenant, channel),
    addPost: (tenant, post) => addPost(ctx, tenant, post),
    deliveries: ({ workspaceId }, postId) =>
      ctx.db.tx({ workspace: workspaceId }, () =>
        Delivery.findAll({ where: { postId }, order: [['id', 'ASC']] }),
      ),
    async work(settings = {}) {
      // Loaded only now: the native worker is not for tests that do without it.
      const { startWorkers } = await import('../../activities/workers.ts')
      const workers = await startWorkers(ctx, { bundle: inject('workflowBundle'), ...settings })
      started.push(workers)
      return workers
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((workers) => workers.stop()))
      await ctx[Symbol.asyncDispose]()
      await rm(config.dataDir, { recursive: true, force: true })
    },
  }
}

/** Short times, so that what takes minutes in the product takes moments here. */
function environment(
  databaseUrl: string,
  more: Record<string, string> = {},
): Record<string, string> {
  const { FERNET_KEYS, ROTATION_KEY } = freshSecrets()
  return {
    NODE_ENV: 'test',
    PORT: '3000',
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: inject('temporalAddress') || '127.0.0.1:1',
    TEMPORAL_QUEUE_PREFIX: `t-${randomBytes(4).toString('hex')}-`,
    FERNET_KEYS,
    ROTATION_KEY,
    LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
    CALL_TIMEOUT_MS: '2000',
    SETTLE_MS: '300',
    LATE_MS: '3000',
    ALARM_LEAD_MS: '500',
    SWEEP_MS: '300',
    DATA_DIR: join(tmpdir(), `postaura-world-${randomBytes(6).toString('hex')}`),
    ...more,
  }
}

async function addTenant(ctx: Context, role = 'owner'): Promise<Tenant> {
  const [personId, workspaceId, pageId] = [uuidv7(), uuidv7(), uuidv7()]
  const now = ctx.now()
  await ctx.db.tx({ person: personId, workspace: workspaceId }, async () => {
    await Person.create({
      id: personId,
      email: `${personId}@example.org`,
      name: 'Ada Example',
      sixteenAttestedAt: now,
    })
    await Workspace.create({
      id: workspaceId,
      name: 'Example',
      timeZone: 'Europe/Berlin',
      language: 'en',
      slots: [],
      pageOn: true,
      pageSlug: `example-${workspaceId.slice(-12)}`,
    })
    await Membership.create({ workspaceId, personId, role })
    await createChannel(ctx, workspaceId, { id: pageId, network: 'page', name: 'Our page' })
  })
  return { workspaceId, personId, pageId }
}

async function createChannel(
  ctx: Context,
  workspaceId: string,
  { id = uuidv7(), secrets, ...channel }: Partial<NewChannel> & { id?: string; network: string },
): Promise<string> {
  const { network, name = 'A channel', handle = '@example', remoteId = id } = channel
  const { origin = ctx.config.publicUrl, settings = {}, state = 'active' } = channel
  await Channel.create({
    id,
    workspaceId,
    network,
    name,
    handle,
    remoteId,
    origin,
    url: origin,
    settings,
    state,
    ...(secrets ? { sealedSecrets: ctx.vault.seal(channelSecrets(id), secrets) } : {}),
    connectedAt: ctx.now(),
  })
  return id
}

const addChannel: (
  ctx: Context,
  tenant: Tenant,
  channel: Partial<NewChannel> & { network: string },
) => Promise<string> = (ctx, { workspaceId }, channel) =>
  ctx.db.tx({ workspace: workspaceId }, () => createChannel(ctx, workspaceId, channel))

const byHand = {
  writer: 'Ada Example',
  kind: 'person' as const,
  model: null,
  region: null,
  retentionDays: null,
  costMicros: null,
  currency: null,
  note: null,
}

async function addPost(ctx: Context, tenant: Tenant, post: NewPost = {}): Promise<Post> {
  const { text = 'Hello from a test.', more = [], approved = true, assetIds = [] } = post
  const { latenessMinutes = 60 } = post
  const parts = more.map((words) => ({ text: words, assetIds: [] }))
  return ctx.db.tx({ workspace: tenant.workspaceId }, () =>
    Post.create({
      workspaceId: tenant.workspaceId,
      state: approved ? 'approved' : 'draft',
      approvedVersion: approved ? 1 : null,
      title: text.slice(0, 60),
      content: { segments: [{ text, assetIds }, ...parts], language: 'en', mentions: [] },
      channelIds: post.channelIds ?? [tenant.pageId],
      publishAt: post.publishAt ?? new Date(ctx.now().getTime() + 1_500),
      timeZone: 'Europe/Berlin',
      latenessMinutes,
      provenance: byHand,
      createdBy: tenant.personId,
    }),
  )
}

/** Looks again until `found` answers something, or the time is over. */
export async function eventually<T>(
  look: () => Promise<T | undefined | null | false>,
  patienceMs = 15_000,
): Promise<T> {
  const until = Date.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > until) throw new Error(`it did not happen within ${patienceMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
