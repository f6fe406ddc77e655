import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import type { Json } from '../../../networks/network.ts'

export class Attempt extends Model<InferAttributes<Attempt>, InferCreationAttributes<Attempt>> {
  declare deliveryId: string
  declare number: number
  declare workspaceId: string
  declare token: string
  declare payload: Json
  declare payloadHash: string
  declare handle: Json
  declare contentVersion: number
  declare armedAt: Date
  declare answeredAt: CreationOptional<Date | null>
  declare outcome: CreationOptional<string | null>
  declare detail: CreationOptional<string | null>
}

export const initAttempt = (sequelize: Sequelize): typeof Attempt =>
  Attempt.init(
    {
      deliveryId: { type: DataTypes.UUID, primaryKey: true },
      number: { type: DataTypes.INTEGER, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      token: { type: DataTypes.UUID },
      payload: { type: DataTypes.JSONB },
      payloadHash: { type: DataTypes.TEXT },
      handle: { type: DataTypes.JSONB },
      contentVersion: { type: DataTypes.INTEGER },
      armedAt: { type: DataTypes.DATE },
      answeredAt: { type: DataTypes.DATE },
      outcome: { type: DataTypes.TEXT },
      detail: { type: DataTypes.TEXT },
    },
    { sequelize, tableName: 'attempts', underscored: true, timestamps: false },
  )
