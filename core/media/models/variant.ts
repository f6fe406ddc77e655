import { DataTypes, Model } from 'sequelize'
import type { InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize'

/** An image encoded anew for one use, made once. */
export class Variant extends Model<InferAttributes<Variant>, InferCreationAttributes<Variant>> {
  declare assetId: string
  /** What it was made for. */
  declare name: string
  declare workspaceId: string
  declare fileId: string
  declare mime: string
  declare bytes: number
  declare width: number
  declare height: number
}

export const initVariant = (sequelize: Sequelize): typeof Variant =>
  Variant.init(
    {
      assetId: { type: DataTypes.UUID, primaryKey: true },
      name: { type: DataTypes.TEXT, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      fileId: { type: DataTypes.UUID },
      mime: { type: DataTypes.TEXT },
      bytes: { type: DataTypes.INTEGER },
      width: { type: DataTypes.INTEGER },
      height: { type: DataTypes.INTEGER },
    },
    { sequelize, tableName: 'variants', underscored: true, timestamps: false },
  )
