import { DataTypes, Model } from 'sequelize'
import type { InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize'

export class AssetData extends Model<
  InferAttributes<AssetData>,
  InferCreationAttributes<AssetData>
> {
  declare assetId: string
  declare workspaceId: string
  declare data: Buffer
}

export const initAssetData = (sequelize: Sequelize): typeof AssetData =>
  AssetData.init(
    {
      assetId: { type: DataTypes.UUID, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      data: { type: DataTypes.BLOB },
    },
    { sequelize, tableName: 'asset_data', underscored: true, timestamps: false },
  )
