import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

/** One part of a delivery that stands, or stood, on its network. */
export class Standing extends Model<InferAttributes<Standing>, InferCreationAttributes<Standing>> {
  declare deliveryId: string
  declare remoteId: string
  /** Its place in the thread, from 1. */
  declare part: number
  declare workspaceId: string
  declare channelId: string
  declare permalink: string
  /** The version of the post that it is of. */
  declare contentVersion: number
  declare since: Date
  declare removedAt: CreationOptional<Date | null>
}

export const initStanding = (sequelize: Sequelize): typeof Standing =>
  Standing.init(
    {
      deliveryId: { type: DataTypes.UUID, primaryKey: true },
      remoteId: { type: DataTypes.TEXT, primaryKey: true },
      part: { type: DataTypes.INTEGER },
      workspaceId: { type: DataTypes.UUID },
      channelId: { type: DataTypes.UUID },
      permalink: { type: DataTypes.TEXT },
      contentVersion: { type: DataTypes.INTEGER },
      since: { type: DataTypes.DATE },
      removedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'standing', underscored: true, timestamps: false },
  )
