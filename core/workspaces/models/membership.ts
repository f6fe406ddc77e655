import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

export class Membership extends Model<
  InferAttributes<Membership>,
  InferCreationAttributes<Membership>
> {
  declare workspaceId: string
  declare personId: string
  declare role: string
  declare createdAt: CreationOptional<Date>
}

export const initMembership = (sequelize: Sequelize): typeof Membership =>
  Membership.init(
    {
      workspaceId: { type: DataTypes.UUID, primaryKey: true },
      personId: { type: DataTypes.UUID, primaryKey: true },
      role: { type: DataTypes.TEXT },
      createdAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
    },
    { sequelize, tableName: 'memberships', underscored: true, timestamps: false },
  )
