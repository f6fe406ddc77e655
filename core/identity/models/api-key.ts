import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import { uuidv7 } from '../../platform/uuid.ts'

export class ApiKey extends Model<InferAttributes<ApiKey>, InferCreationAttributes<ApiKey>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare createdBy: CreationOptional<string | null>
  declare name: string
  declare hash: Buffer
  declare hint: string
  declare scopes: string[]
  declare createdAt: CreationOptional<Date>
  declare lastUsedAt: CreationOptional<Date | null>
  declare revokedAt: CreationOptional<Date | null>
}

export const initApiKey = (sequelize: Sequelize): typeof ApiKey =>
  ApiKey.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      createdBy: { type: DataTypes.UUID },
      name: { type: DataTypes.TEXT },
      hash: { type: DataTypes.BLOB },
      hint: { type: DataTypes.TEXT },
      scopes: { type: DataTypes.ARRAY(DataTypes.TEXT) },
      createdAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
      lastUsedAt: { type: DataTypes.DATE },
      revokedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'api_keys', underscored: true, timestamps: false },
  )
