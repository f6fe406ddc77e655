/**
 * What endpoints are about, as data: which path parameter names it, how it is found, which of its attributes decide, whether it has a
 * version. Dispatch loads it before it decides; lists, counts, searches and events show what `visible` says, which is the policy's rule in SQL.
 */
import type { Attributes } from '../policies/access/authorize.ts'
import { rows } from '../core/platform/db.ts'

export interface Resource {
  /** The path parameter that names one. */
  param: string
  table: string
  /** Its column that the parameter is; `id` unless said. */
  key?: string
  /** SQL for the attributes that rules look at, over an alias of the table; absent: it has none. */
  attributes?: { [A in keyof Attributes]: (alias: string) => string }
  /** True for callers who may see a row, over an alias of the table, in the caller's unit of work; absent: every member may. */
  visible?: (alias: string) => string
  /** The permission that `visible` is about. */
  read: string
  /** Said when another version is there than the caller meant; absent: it has no version. */
  changed?: string
  /** Said when there is none (any more). */
  gone: string
}

/** The policy's rule `seen` for posts, in SQL: shared with the workspace, or the caller's own. */
export const visiblePosts = (alias: string): string =>
  `(${alias}.visibility = 'workspace' or ${alias}.created_by = (select app_person()))`

const ofPost = (alias: string, column: string): string =>
  `(select p.${column} from posts p where p.id = ${alias}.post_id)`

/** By the name that permissions use; what stands deeper in a path comes first. */
export const resources = {
  run: {
    param: 'runId',
    table: 'runs',
    read: 'campaign.read',
    gone: 'This run is gone.',
  },
  delivery: {
    param: 'deliveryId',
    table: 'deliveries',
    attributes: {
      visibility: (alias) => ofPost(alias, 'visibility'),
      createdBy: (alias) => ofPost(alias, 'created_by'),
    },
    visible: (alias) =>
      `exists (select 1 from posts p where p.id = ${alias}.post_id and ${visiblePosts('p')})`,
    read: 'post.read',
    gone: 'This delivery is gone.',
  },
  post: {
    param: 'postId',
    table: 'posts',
    attributes: {
      visibility: (alias) => `${alias}.visibility`,
      createdBy: (alias) => `${alias}.created_by`,
    },
    visible: visiblePosts,
    read: 'post.read',
    changed:
      'Somebody changed this post in the meantime. Load it again; your text is not lost until you do.',
    gone: 'This post is gone.',
  },
  campaign: {
    param: 'campaignId',
    table: 'campaigns',
    read: 'campaign.read',
    changed: 'Somebody changed this campaign in the meantime. Load it again.',
    gone: 'This campaign is gone.',
  },
  channel: {
    param: 'channelId',
    table: 'channels',
    read: 'channel.read',
    gone: 'This channel is gone.',
  },
  media: {
    param: 'assetId',
    table: 'assets',
    read: 'media.read',
    gone: 'This image is gone.',
  },
  connection: {
    param: 'connectionId',
    table: 'connections',
    read: 'connection.read',
    gone: 'This connection is gone.',
  },
  key: {
    param: 'keyId',
    table: 'api_keys',
    read: 'key.read',
    gone: 'This key was revoked already, or never existed.',
  },
  member: {
    param: 'personId',
    table: 'memberships',
    key: 'person_id',
    read: 'member.read',
    gone: 'This person is not a member.',
  },
  workspace: {
    param: 'workspaceId',
    table: 'workspaces',
    read: 'workspace.read',
    changed: 'Somebody changed this workspace in the meantime. Load it again.',
    gone: 'There is nothing here, or not for you.',
  },
} satisfies Record<string, Resource>

/** The resource that a path is about: the deepest one that it names. */
export function resourceOf(params: Record<string, string>): Resource | undefined {
  return Object.values<Resource>(resources).find(({ param }) => params[param])
}

export interface Loaded {
  attributes: Attributes
  version: number | null
}

/** One row as far as a decision needs it; null: there is none in the workspace. `lock`: nobody else's to change in this unit of work. */
export async function load(
  resource: Resource,
  params: Record<string, string>,
  lock = false,
): Promise<Loaded | null> {
  const { table, key = 'id', attributes = {}, changed } = resource
  const tenant = table === 'workspaces' ? 'id' : 'workspace_id'
  const columns = Object.entries(attributes).map(([name, sql]) => `'${name}', ${sql('x')}`)
  const [found] = await rows<{ attributes: Attributes; version: number | null }>(
    `select jsonb_build_object(${columns.join(', ')}) as attributes, ${changed ? 'x.version' : 'null::int as version'}
     from ${table} x where x.${key} = $1 and x.${tenant} = $2${lock ? ' for update of x' : ''}`,
    [params[resource.param], params.workspaceId],
  )
  return found ?? null
}
