import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import type { Json } from '../../../networks/network.ts'
import { uuidv7 } from '../../platform/uuid.ts'

export class Channel extends Model<InferAttributes<Channel>, InferCreationAttributes<Channel>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare network: string
  declare remoteId: string
  declare name: string
  declare handle: string
  declare origin: string
  declare url: string
  declare settings: CreationOptional<Record<string, Json>>
  declare sealedSecrets: CreationOptional<string | null>
  declare scopes: CreationOptional<string[]>
  declare state: string
  declare pausedReason: CreationOptional<string | null>
  declare expiresAt: CreationOptional<Date | null>
  declare connectedBy: CreationOptional<string | null>
  declare connectedAt: Date
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initChannel = (sequelize: Sequelize): typeof Channel =>
  Channel.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      network: { type: DataTypes.TEXT },
      remoteId: { type: DataTypes.TEXT },
      name: { type: DataTypes.TEXT },
      handle: { type: DataTypes.TEXT },
      origin: { type: DataTypes.TEXT },
      url: { type: DataTypes.TEXT },
      settings: { type: DataTypes.JSONB, defaultValue: () => ({}) },
      sealedSecrets: { type: DataTypes.TEXT },
      scopes: { type: DataTypes.ARRAY(DataTypes.TEXT), defaultValue: () => [] },
      state: { type: DataTypes.TEXT },
      pausedReason: { type: DataTypes.TEXT },
      expiresAt: { type: DataTypes.DATE },
      connectedBy: { type: DataTypes.UUID },
      connectedAt: { type: DataTypes.DATE },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'channels', underscored: true, timestamps: true },
  )
