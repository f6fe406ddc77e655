/** Channels: connected accounts, pages and feeds. */
import { z } from 'zod'
import { Id, Instant, NetworkName, WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { channelRoutes } from './routes.ts'

export const ChannelState = z.enum(['active', 'paused', 'reconnect', 'off'])
export const Channel = z
  .object({
    id: Id,
    network: NetworkName,
    name: z.string(),
    handle: z.string(),
    url: z.string(),
    server: z.string().describe('Host that holds the account'),
    state: ChannelState,
    pausedReason: z.string().nullable(),
    scopes: z.array(z.string()),
    connectedBy: z.string().nullable(),
    connectedAt: Instant,
    expiresAt: Instant.nullable(),
    /** Limits of this very account where they differ from the network's, e.g. an instance's own text length. */
    textMax: z.number().int(),
    mediaMax: z.number().int(),
    lastPublishedAt: Instant.nullable(),
    nextPublishAt: Instant.nullable(),
  })
  .meta({ id: 'Channel' })
export type Channel = z.infer<typeof Channel>

export const ConnectField = z.object({
  name: z.string(),
  label: z.string(),
  kind: z.enum(['text', 'url', 'password']),
  placeholder: z.string().optional(),
  help: z.string().optional(),
  optional: z.boolean().optional(),
})
export const NetworkCard = z.object({
  name: NetworkName,
  title: z.string(),
  methods: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['oauth', 'form']),
      title: z.string(),
      fields: z.array(ConnectField),
      permissions: z.array(z.object({ scope: z.string(), why: z.string() })),
      redirectUri: z.string().nullable(),
    }),
  ),
})

const params = WorkspaceParams.extend({ channelId: Id })

export const channels = describe(channelRoutes, {
  listNetworks: {
    tag: 'Channels',
    summary: 'The networks that can be connected, and what each asks for',
    params: WorkspaceParams,
    response: z.object({ data: z.array(NetworkCard) }),
  },
  listChannels: {
    tag: 'Channels',
    summary: 'List channels with their health',
    params: WorkspaceParams,
    response: z.object({ data: z.array(Channel) }),
  },
  getChannel: {
    tag: 'Channels',
    summary: 'Get one channel',
    params,
    response: Channel,
  },
  connectChannel: {
    tag: 'Channels',
    summary:
      'Connect an account: either done at once (201), or an address where a person must agree (202)',
    params: WorkspaceParams,
    body: z.object({
      network: NetworkName,
      method: z.string(),
      input: z.record(z.string(), z.string().max(2000)),
      returnTo: z.string().startsWith('/').max(300).optional(),
    }),
    response: z.object({ channel: Channel.nullable(), authorizeUrl: z.string().nullable() }),
    status: 201,
    otherStatus: 202,
    tx: 'own',
    problems: ['unreachable', 'refused_upstream'],
    creates: [channelRoutes.getChannel.path, 'channel', 'id'],
  },
  finishConnection: {
    tag: 'Channels',
    summary: 'Finish connecting with what the network sent back',
    body: z.object({ query: z.record(z.string(), z.string().max(4000)) }),
    response: z.object({ channel: Channel, workspaceId: Id, returnTo: z.string().nullable() }),
    tx: 'own',
    problems: ['unreachable', 'refused_upstream', 'conflict', 'not_found'],
  },
  checkChannel: {
    tag: 'Channels',
    summary: 'Ask the network whether the connection works',
    params,
    response: Channel,
    tx: 'own',
    problems: ['unreachable', 'refused_upstream', 'conflict'],
  },
  pauseChannel: {
    tag: 'Channels',
    summary: 'Pause a channel with a reason; nothing goes out on it',
    params,
    body: z.object({ reason: z.string().trim().max(200).default('') }),
    response: Channel,
    problems: ['conflict'],
  },
  resumeChannel: {
    tag: 'Channels',
    summary: 'Resume a paused channel',
    params,
    response: Channel,
    problems: ['conflict'],
  },
  disconnectChannel: {
    tag: 'Channels',
    summary: 'Disconnect: tokens are deleted and revoked, scheduled deliveries are cancelled',
    params,
    status: 204,
    tx: 'own',
    problems: ['conflict'],
  },
})
