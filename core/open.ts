/** Puts the house together: the models of every subject, the registries that lower subjects leave open, and the context itself. */
import type { Sequelize } from 'sequelize'
import { networks } from '../networks/registry.ts'
import { openPolicy } from '../policies/access/authorize.ts'
import { initApiKey } from './identity/models/api-key.ts'
import { initAsset } from './media/models/asset.ts'
import { initStoredFile } from './media/models/stored-file.ts'
import { initVariant } from './media/models/variant.ts'
import { initAttempt } from './publishing/models/attempt.ts'
import { initCampaign } from './campaigns/models/campaign.ts'
import { initChannel } from './channels/models/channel.ts'
import { initChannelAuthorization } from './channels/models/channel-authorization.ts'
import { initComment } from './posts/models/comment.ts'
import { initConnection } from './connections/models/connection.ts'
import { initCredential } from './identity/models/credential.ts'
import { initDelivery } from './publishing/models/delivery.ts'
import { initIdempotencyKey } from './platform/models/idempotency-key.ts'
import { initErasure } from './publishing/models/erasure.ts'
import { initMail } from './platform/models/mail.ts'
import { initMembership } from './workspaces/models/membership.ts'
import { initMove } from './publishing/models/move.ts'
import { initNetworkApp } from './channels/models/network-app.ts'
import { initOutgoing } from './publishing/models/outgoing.ts'
import { initPageAddress } from './page/models/page-address.ts'
import { initPagePost } from './page/models/page-post.ts'
import { initPerson } from './identity/models/person.ts'
import { initPost } from './posts/models/post.ts'
import { initPostVersion } from './posts/models/post-version.ts'
import { initStanding } from './publishing/models/standing.ts'
import { initRefreshToken } from './identity/models/refresh-token.ts'
import { initRole } from './workspaces/models/role.ts'
import { initRun } from './generation/models/run.ts'
import { initSession } from './identity/models/session.ts'
import { initWorkflowRun } from './platform/models/workflow-run.ts'
import { initWorkspace } from './workspaces/models/workspace.ts'
import type { Config } from './platform/config.ts'
import type { Context } from './platform/context.ts'
import { createVault } from './platform/crypto/vault.ts'
import { openDatabase } from './platform/db.ts'
import { createHttp } from './platform/http/http.ts'
import { createLimits } from './platform/limits.ts'
import { createLog } from './platform/log.ts'
import { createMail } from './platform/mail.ts'
import { openTemporal } from './platform/temporal.ts'
import { createWriterRouter } from './writer/router.ts'
import { networkPorts } from './channels/access.ts'
import { platformMap } from './platform/map.ts'
import { identityMap } from './identity/map.ts'
import { mediaMap } from './media/map.ts'
import { workspacesMap } from './workspaces/map.ts'
import { channelsMap } from './channels/map.ts'
import { campaignsMap } from './campaigns/map.ts'
import { postsMap } from './posts/map.ts'
import { publishingMap } from './publishing/map.ts'
import { pageMap } from './page/map.ts'
import { connectionsMap } from './connections/map.ts'
import { generationMap } from './generation/map.ts'
import { dataMaps } from './platform/data-map.ts'
import { careForChannels } from './channels/care.ts'
import { pruneAuthorizations } from './channels/connecting.ts'
import { sweepRuns } from './generation/run-sweep.ts'
import { pruneSessions } from './identity/sessions.ts'
import { periodicJobs } from './platform/periodic.ts'
import { prunePlatform } from './platform/prune.ts'
import { channelOff, channelResumed, isChannelNamed, nextOnChannel } from './channels/listeners.ts'
import { writeRun } from './generation/alarm.ts'
import { emailOf } from './identity/addresses.ts'
import { sweepFiles } from './media/files.ts'
import { assetUses } from './media/media.ts'
import { openStore } from './media/store/open.ts'
import { createPage } from './page/new-page.ts'
import { createPages } from './page/pages.ts'
import { usePageMakes } from './page/public-posts.ts'
import { eraseMarked } from './platform/executions.ts'
import { addressOf } from './platform/mail.ts'
import { outboxKinds } from './platform/outbox.ts'
import { isNamedByPosts, usePostsMake } from './posts/uses.ts'
import { postEraser } from './publishing/deletion.ts'
import { erasers, resumeErasures } from './publishing/erasing.ts'
import { campaignEraser, runEraser } from './generation/deletion.ts'
import { ringDelivery, ringPost } from './publishing/alarms.ts'
import { wakeWaiting } from './publishing/ledger.ts'
import { cancelOnChannel, hasDeliveries, nextScheduled } from './publishing/waiting.ts'
import { workspaceCreated } from './workspaces/workspaces.ts'

const models = [
  initApiKey,
  initAsset,
  initAttempt,
  initCampaign,
  initChannel,
  initChannelAuthorization,
  initComment,
  initConnection,
  initCredential,
  initDelivery,
  initErasure,
  initIdempotencyKey,
  initMail,
  initMembership,
  initMove,
  initNetworkApp,
  initOutgoing,
  initPageAddress,
  initPagePost,
  initPerson,
  initPost,
  initPostVersion,
  initRefreshToken,
  initRole,
  initRun,
  initSession,
  initStanding,
  initStoredFile,
  initVariant,
  initWorkflowRun,
  initWorkspace,
]

/** Binds every model to one database. */
export function bindModels(sequelize: Sequelize): void {
  for (const bind of models) bind(sequelize)
}

/** What is stored about people, by subject. */
const maps = {
  platform: platformMap,
  identity: identityMap,
  media: mediaMap,
  workspaces: workspacesMap,
  channels: channelsMap,
  campaigns: campaignsMap,
  posts: postsMap,
  publishing: publishingMap,
  page: pageMap,
  connections: connectionsMap,
  generation: generationMap,
}

/**
 * What lower subjects leave to higher ones. Each line is an arrow that points back, and there are no others. Filled when this file is first
 * loaded: registries belong to the process, as models do.
 */
function fillRegistries(): void {
  for (const [subject, map] of Object.entries(maps)) dataMaps.add(subject, map)
  addressOf.add(emailOf)
  workspaceCreated.add(createPage)
  assetUses.add(usePostsMake)
  assetUses.add(usePageMakes)
  networkPorts.add('pages', createPages)
  channelResumed.add(wakeWaiting)
  channelOff.add(cancelOnChannel)
  isChannelNamed.add(isNamedByPosts)
  isChannelNamed.add(hasDeliveries)
  nextOnChannel.add(nextScheduled)
  const quarterMs = 15 * 60_000
  periodicJobs.add('platform.prune', { everyMs: quarterMs, run: prunePlatform })
  periodicJobs.add('sessions.prune', { everyMs: quarterMs, run: pruneSessions })
  periodicJobs.add('authorizations.prune', { everyMs: quarterMs, run: pruneAuthorizations })
  periodicJobs.add('channels.care', { everyMs: quarterMs, run: careForChannels })
  periodicJobs.add('files.sweep', { everyMs: 60_000, run: sweepFiles })
  periodicJobs.add('runs.sweep', { everyMs: 15_000, run: sweepRuns })
  periodicJobs.add('erasures.resume', { everyMs: 30_000, run: resumeErasures })
  erasers.add('post', postEraser)
  erasers.add('run', runEraser)
  erasers.add('campaign', campaignEraser)
  outboxKinds.add('post', ringPost)
  outboxKinds.add('delivery', ringDelivery)
  outboxKinds.add('run', writeRun)
  outboxKinds.add('erase', eraseMarked)
}
fillRegistries()

/** Opens the context; `overrides` is the whole test seam. */
export async function openContext(
  config: Config,
  overrides: Partial<Context> = {},
): Promise<Context> {
  const log = overrides.log ?? createLog(config.logLevel)
  const now = overrides.now ?? (() => new Date())
  const http =
    overrides.http ??
    createHttp({
      allowPrivateOrigins: config.allowPrivateOrigins,
      timeoutMs: config.publishing.callTimeoutMs,
    })
  const { databaseUrl, databasePool: poolMax } = config
  const db = overrides.db ?? openDatabase(databaseUrl, { bindModels, poolMax })
  const temporal = overrides.temporal ?? (await openTemporal(config, log))
  const vault = overrides.vault ?? createVault(config.fernetKeys)
  return {
    config,
    log,
    now,
    http,
    db,
    temporal,
    vault,
    networks: overrides.networks ?? networks,
    llm: overrides.llm ?? createWriterRouter({ fetch: overrides.http ?? modelHttp(config), now }),
    limits: overrides.limits ?? createLimits({ db, key: config.rotationKey }),
    mail: overrides.mail ?? createMail(config),
    policy: overrides.policy ?? (await openPolicy()),
    store: overrides.store ?? openStore(config),
    [Symbol.asyncDispose]: async () => {
      await temporal.close()
      await db.close()
    },
  }
}

/** A model thinks longer than a network takes to answer; the router's own, shorter limits decide. */
function modelHttp({ allowPrivateOrigins }: Config): typeof fetch {
  return createHttp({ allowPrivateOrigins, timeoutMs: 120_000, totalMs: 180_000 })
}
