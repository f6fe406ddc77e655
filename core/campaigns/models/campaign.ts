import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { uuidv7 } from '../../platform/uuid.ts'

export class Campaign extends Model<InferAttributes<Campaign>, InferCreationAttributes<Campaign>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare externalId: CreationOptional<string | null>
  declare name: string
  declare brief: Brief
  declare version: CreationOptional<number>
  declare deleting: CreationOptional<boolean>
  declare createdBy: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initCampaign = (sequelize: Sequelize): typeof Campaign =>
  Campaign.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      externalId: { type: DataTypes.TEXT },
      name: { type: DataTypes.TEXT },
      brief: { type: DataTypes.JSONB },
      version: { type: DataTypes.INTEGER, defaultValue: 1 },
      deleting: { type: DataTypes.BOOLEAN, defaultValue: false },
      createdBy: { type: DataTypes.UUID },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'campaigns', underscored: true, timestamps: true },
  )
