import type { Happening } from '#contract/posts/happened.ts'
import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import { uuidv7 } from '../../platform/uuid.ts'
import type { Preparation } from '../preparing.ts'

export class Delivery extends Model<InferAttributes<Delivery>, InferCreationAttributes<Delivery>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare postId: string
  declare channelId: string
  declare network: string
  declare state: string
  declare generation: number
  /** How often it was moved; its last move has this number. */
  declare moves: number
  declare publishAt: Date
  declare latenessMinutes: number
  declare attempt: CreationOptional<number>
  declare armedAt: CreationOptional<Date | null>
  declare settlesAt: CreationOptional<Date | null>
  declare nextTryAt: CreationOptional<Date | null>
  declare publishedAt: CreationOptional<Date | null>
  declare remoteId: CreationOptional<string | null>
  declare permalink: CreationOptional<string | null>
  /** The version of the post that stands there. */
  declare contentVersion: CreationOptional<number | null>
  declare reason: CreationOptional<string | null>
  declare detail: CreationOptional<Happening | null>
  declare shown: CreationOptional<{ text: string; url: string; at: string }[]>
  declare told: CreationOptional<boolean>
  /** What preparing has come to (ids of uploads), for which content. */
  declare prepared: CreationOptional<Preparation | null>
  /** Until then one sweeper asks about it. */
  declare claimedUntil: CreationOptional<Date | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initDelivery = (sequelize: Sequelize): typeof Delivery =>
  Delivery.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      postId: { type: DataTypes.UUID },
      channelId: { type: DataTypes.UUID },
      network: { type: DataTypes.TEXT },
      state: { type: DataTypes.TEXT },
      moves: { type: DataTypes.INTEGER },
      generation: { type: DataTypes.INTEGER },
      publishAt: { type: DataTypes.DATE },
      latenessMinutes: { type: DataTypes.INTEGER },
      attempt: { type: DataTypes.INTEGER, defaultValue: 0 },
      armedAt: { type: DataTypes.DATE },
      settlesAt: { type: DataTypes.DATE },
      nextTryAt: { type: DataTypes.DATE },
      publishedAt: { type: DataTypes.DATE },
      remoteId: { type: DataTypes.TEXT },
      permalink: { type: DataTypes.TEXT },
      contentVersion: { type: DataTypes.INTEGER },
      reason: { type: DataTypes.TEXT },
      detail: { type: DataTypes.JSONB },
      shown: { type: DataTypes.JSONB, defaultValue: () => [] },
      told: { type: DataTypes.BOOLEAN, defaultValue: false },
      prepared: { type: DataTypes.JSONB },
      claimedUntil: { type: DataTypes.DATE },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'deliveries', underscored: true, timestamps: true },
  )
