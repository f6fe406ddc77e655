import { DataTypes, Model } from 'sequelize'
import type { InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize'
import type { Json } from '../../../networks/network.ts'

/** What is sent for a delivery, frozen at its first arming and sent again as it is: one row for each content that was ever armed. */
export class Outgoing extends Model<InferAttributes<Outgoing>, InferCreationAttributes<Outgoing>> {
  declare deliveryId: string
  /** Counts the contents of one delivery, from 1. */
  declare number: number
  declare workspaceId: string
  /** The post's version at its first arming. */
  declare contentVersion: number
  /** Of the words and images as the channel gets them: the same for the same content. */
  declare contentHash: string
  declare token: string
  declare payload: Json
  declare payloadHash: string
  declare handle: Json
  /** Its first arming. */
  declare armedAt: Date
}

export const initOutgoing = (sequelize: Sequelize): typeof Outgoing =>
  Outgoing.init(
    {
      deliveryId: { type: DataTypes.UUID, primaryKey: true },
      number: { type: DataTypes.INTEGER, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      contentVersion: { type: DataTypes.INTEGER },
      contentHash: { type: DataTypes.TEXT },
      token: { type: DataTypes.UUID },
      payload: { type: DataTypes.JSON },
      payloadHash: { type: DataTypes.TEXT },
      handle: { type: DataTypes.JSON },
      armedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'outgoing', underscored: true, timestamps: false },
  )
