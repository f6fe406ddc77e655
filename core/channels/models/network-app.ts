import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

export class NetworkApp extends Model<
  InferAttributes<NetworkApp>,
  InferCreationAttributes<NetworkApp>
> {
  declare network: string
  declare origin: string
  declare redirectUri: string
  declare sealedApp: string
  declare createdAt: CreationOptional<Date>
}

export const initNetworkApp = (sequelize: Sequelize): typeof NetworkApp =>
  NetworkApp.init(
    {
      network: { type: DataTypes.TEXT, primaryKey: true },
      origin: { type: DataTypes.TEXT, primaryKey: true },
      redirectUri: { type: DataTypes.TEXT, primaryKey: true },
      sealedApp: { type: DataTypes.TEXT },
      createdAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
    },
    { sequelize, tableName: 'network_apps', underscored: true, timestamps: false },
  )
