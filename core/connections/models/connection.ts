import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import type { DataTerms, Prices } from '#contract/connections/connections.ts'
import { uuidv7 } from '../../platform/uuid.ts'

export class Connection extends Model<
  InferAttributes<Connection>,
  InferCreationAttributes<Connection>
> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare name: string
  declare adapter: string
  declare baseUrl: string
  declare model: string
  declare sealedKey: CreationOptional<string | null>
  declare keyHint: CreationOptional<string | null>
  declare terms: DataTerms
  declare prices: CreationOptional<Prices | null>
  declare isOn: CreationOptional<boolean>
  declare position: number
  declare termsAcceptedAt: CreationOptional<Date | null>
  declare termsAcceptedBy: CreationOptional<string | null>
  declare lastTest: CreationOptional<{ ok: boolean; detail: string; at: string } | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initConnection = (sequelize: Sequelize): typeof Connection =>
  Connection.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      name: { type: DataTypes.TEXT },
      adapter: { type: DataTypes.TEXT },
      baseUrl: { type: DataTypes.TEXT },
      model: { type: DataTypes.TEXT },
      sealedKey: { type: DataTypes.TEXT },
      keyHint: { type: DataTypes.TEXT },
      terms: { type: DataTypes.JSONB },
      prices: { type: DataTypes.JSONB },
      isOn: { type: DataTypes.BOOLEAN, defaultValue: false },
      position: { type: DataTypes.INTEGER },
      termsAcceptedAt: { type: DataTypes.DATE },
      termsAcceptedBy: { type: DataTypes.UUID },
      lastTest: { type: DataTypes.JSONB },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'connections', underscored: true, timestamps: true },
  )
