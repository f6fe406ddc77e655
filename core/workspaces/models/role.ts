import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import { uuidv7 } from '../../platform/uuid.ts'

/** A named set of permissions that a workspace made itself; the product's own roles stand in policies/access/grants.csv. */
export class Role extends Model<InferAttributes<Role>, InferCreationAttributes<Role>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare name: string
  declare permissions: string[]
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initRole = (sequelize: Sequelize): typeof Role =>
  Role.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      name: { type: DataTypes.TEXT },
      permissions: { type: DataTypes.ARRAY(DataTypes.TEXT) },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'roles', underscored: true, timestamps: true },
  )
