/** Channels: what can be connected, what is, and how it stands. */
import type { z } from 'zod'
import type { channels, NetworkCard } from '#contract/channels/channels.ts'
import { Problem } from '#contract/platform/problems.ts'
import { personOf } from '../../core/platform/actor.ts'
import {
  checkChannel,
  disconnectChannel,
  pauseChannel,
  resumeChannel,
} from '../../core/channels/channels.ts'
import {
  beginConnection,
  finishConnection,
  redirectUri,
  takePending,
} from '../../core/channels/connecting.ts'
import type { Context } from '../../core/platform/context.ts'
import { membersOf } from '../../core/workspaces/members.ts'
import type { Network } from '../../networks/network.ts'
import type { Handlers } from '../handler-types.ts'
import { channelOutById, channelsOut } from './view.ts'

export const channelHandlers: Handlers<typeof channels> = {
  async listNetworks(ctx) {
    const connectable = Object.values(ctx.networks).filter(
      (n) => Object.keys(n.manifest.connect).length > 0,
    )
    return { data: connectable.map((network) => cardOf(ctx, network)) }
  },

  async listChannels() {
    return { data: await channelsOut() }
  },

  async getChannel(_ctx, { params }) {
    return channelOutById(params.channelId)
  },

  async connectChannel(ctx, { params, body }, caller, reply) {
    const { workspaceId } = params
    const personId = personOf(caller.actor)
    const { network, method, input, returnTo } = body
    const done = await beginConnection(ctx, {
      workspaceId,
      personId,
      network,
      method,
      input,
      returnTo,
    })
    if ('authorizeUrl' in done) {
      reply.status(202)
      return { channel: null, authorizeUrl: done.authorizeUrl }
    }
    const channel = await caller.work(() => channelOutById(done.channelId))
    return { channel, authorizeUrl: null }
  },

  async finishConnection(ctx, { body }, caller) {
    const personId = personOf(caller.actor)
    if (!personId) throw new Problem('unauthenticated')
    const begun = await takePending(ctx, personId, body.query.state)
    const scope = { workspace: begun.workspaceId, person: personId }
    await ctx.db.tx(scope, () => assertMayConnect(ctx, begun.workspaceId, personId))
    const channelId = await finishConnection(ctx, begun, body.query)
    const channel = await ctx.db.tx(scope, () => channelOutById(channelId))
    return { channel, workspaceId: begun.workspaceId, returnTo: begun.returnTo }
  },

  async checkChannel(ctx, { params }, caller) {
    await checkChannel(ctx, caller.scope, params.channelId)
    return caller.work(() => channelOutById(params.channelId))
  },

  async pauseChannel(_ctx, { params, body }) {
    await pauseChannel(params.channelId, body.reason)
    return channelOutById(params.channelId)
  },

  async resumeChannel(_ctx, { params }) {
    await resumeChannel(params.channelId)
    return channelOutById(params.channelId)
  },

  async disconnectChannel(ctx, { params }, caller) {
    await disconnectChannel(ctx, caller.scope, params.channelId)
  },
}

/** The way back leads through no workspace's path, and a role may have gone while the person was away. */
async function assertMayConnect(
  ctx: Context,
  workspaceId: string,
  personId: string,
): Promise<void> {
  const member = (await membersOf(ctx, workspaceId)).find((m) => m.personId === personId)
  if (!member) throw new Problem('not_found', 'You are no longer a member of this workspace.')
  const question = {
    grant: member.grant,
    permission: 'channel.connect',
    caller: { person: personId },
  }
  if (!ctx.policy.decide({ ...question, object: {} }).allowed)
    throw new Problem('forbidden', 'Your role no longer allows you to connect accounts.')
}

function cardOf(ctx: Context, { manifest }: Network): z.input<typeof NetworkCard> {
  const { name, title, connect } = manifest
  return {
    name,
    title,
    methods: Object.entries(connect).map(([method, m]) => ({
      name: method,
      kind: m.kind,
      title: m.title,
      fields: m.fields,
      permissions: m.permissions,
      redirectUri: m.kind === 'oauth' ? redirectUri(ctx) : null,
    })),
  }
}
