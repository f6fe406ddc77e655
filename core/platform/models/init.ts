/** Binds every model to one database. */
import type { Sequelize } from 'sequelize'
import { initApiKey } from './api-key.ts'
import { initAsset } from './asset.ts'
import { initAssetData } from './asset-data.ts'
import { initAttempt } from './attempt.ts'
import { initCampaign } from './campaign.ts'
import { initChannel } from './channel.ts'
import { initChannelAuthorization } from './channel-authorization.ts'
import { initComment } from './comment.ts'
import { initConnection } from './connection.ts'
import { initDelivery } from './delivery.ts'
import { initIdempotencyKey } from './idempotency-key.ts'
import { initMail } from './mail.ts'
import { initMembership } from './membership.ts'
import { initMove } from './move.ts'
import { initNetworkApp } from './network-app.ts'
import { initPagePost } from './page-post.ts'
import { initPerson } from './person.ts'
import { initPost } from './post.ts'
import { initPostVersion } from './post-version.ts'
import { initRefreshToken } from './refresh-token.ts'
import { initRun } from './run.ts'
import { initSession } from './session.ts'
import { initWorkflowRun } from './workflow-run.ts'
import { initWorkspace } from './workspace.ts'

export function initModels(sequelize: Sequelize): void {
  for (const init of [
    initApiKey,
    initAsset,
    initAssetData,
    initAttempt,
    initCampaign,
    initChannel,
    initChannelAuthorization,
    initComment,
    initConnection,
    initDelivery,
    initIdempotencyKey,
    initMail,
    initMembership,
    initMove,
    initNetworkApp,
    initPagePost,
    initPerson,
    initPost,
    initPostVersion,
    initRefreshToken,
    initRun,
    initSession,
    initWorkflowRun,
    initWorkspace,
  ])
    init(sequelize)
}
