import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import { uuidv7 } from '../../platform/uuid.ts'

export class Asset extends Model<InferAttributes<Asset>, InferCreationAttributes<Asset>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare name: string
  declare mime: string
  declare bytes: number
  declare width: number
  declare height: number
  declare alt: CreationOptional<string>
  declare fileId: string
  declare createdBy: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initAsset = (sequelize: Sequelize): typeof Asset =>
  Asset.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      name: { type: DataTypes.TEXT },
      mime: { type: DataTypes.TEXT },
      bytes: { type: DataTypes.INTEGER },
      width: { type: DataTypes.INTEGER },
      height: { type: DataTypes.INTEGER },
      alt: { type: DataTypes.TEXT, defaultValue: '' },
      fileId: { type: DataTypes.UUID },
      createdBy: { type: DataTypes.UUID },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'assets', underscored: true, timestamps: true },
  )
