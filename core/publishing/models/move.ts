import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import type { Happening } from '#contract/posts/happened.ts'
import { uuidv7 } from '../../platform/uuid.ts'

export class Move extends Model<InferAttributes<Move>, InferCreationAttributes<Move>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare postId: string
  declare deliveryId: string
  /** Counts the moves of one delivery, from 1. */
  declare number: number
  declare fromState: CreationOptional<string | null>
  declare toState: string
  declare attempt: CreationOptional<number | null>
  declare reason: CreationOptional<string | null>
  declare code: Happening['code']
  declare params: Happening['params']
  declare personId: CreationOptional<string | null>
  declare permalink: CreationOptional<string | null>
  declare at: Date
}

export const initMove = (sequelize: Sequelize): typeof Move =>
  Move.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      postId: { type: DataTypes.UUID },
      deliveryId: { type: DataTypes.UUID },
      number: { type: DataTypes.INTEGER },
      fromState: { type: DataTypes.TEXT },
      toState: { type: DataTypes.TEXT },
      attempt: { type: DataTypes.INTEGER },
      reason: { type: DataTypes.TEXT },
      code: { type: DataTypes.TEXT },
      params: { type: DataTypes.JSONB },
      personId: { type: DataTypes.UUID },
      permalink: { type: DataTypes.TEXT },
      at: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'moves', underscored: true, timestamps: false },
  )
