import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

/** A post that stays on a network, and why. */
export interface Left {
  postId: string
  channel: string
  why: string
}

export class Erasure extends Model<InferAttributes<Erasure>, InferCreationAttributes<Erasure>> {
  declare id: string
  declare workspaceId: string
  declare kind: string
  declare subject: string
  /** Channels on which published posts are taken down. */
  declare takeDown: string[]
  declare stays: CreationOptional<Left[]>
  declare byPerson: string | null
  declare begunAt: Date
  declare triedAt: Date
  declare endedAt: CreationOptional<Date | null>
}

export const initErasure = (sequelize: Sequelize): typeof Erasure =>
  Erasure.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      kind: { type: DataTypes.TEXT },
      subject: { type: DataTypes.UUID },
      takeDown: { type: DataTypes.ARRAY(DataTypes.UUID) },
      stays: { type: DataTypes.JSONB, defaultValue: [] },
      byPerson: { type: DataTypes.UUID },
      begunAt: { type: DataTypes.DATE },
      triedAt: { type: DataTypes.DATE },
      endedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'erasures', underscored: true, timestamps: false },
  )
