import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

export class ChannelAuthorization extends Model<
  InferAttributes<ChannelAuthorization>,
  InferCreationAttributes<ChannelAuthorization>
> {
  declare stateHash: Buffer
  declare workspaceId: string
  declare personId: string
  declare network: string
  declare method: string
  declare sealedPending: string
  declare returnTo: CreationOptional<string | null>
  declare expiresAt: Date
}

export const initChannelAuthorization = (sequelize: Sequelize): typeof ChannelAuthorization =>
  ChannelAuthorization.init(
    {
      stateHash: { type: DataTypes.BLOB, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      personId: { type: DataTypes.UUID },
      network: { type: DataTypes.TEXT },
      method: { type: DataTypes.TEXT },
      sealedPending: { type: DataTypes.TEXT },
      returnTo: { type: DataTypes.TEXT },
      expiresAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'channel_authorizations', underscored: true, timestamps: false },
  )
