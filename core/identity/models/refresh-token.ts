import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

export class RefreshToken extends Model<
  InferAttributes<RefreshToken>,
  InferCreationAttributes<RefreshToken>
> {
  declare hash: Buffer
  declare sessionId: string
  declare personId: string
  declare generation: number
  declare usedAt: CreationOptional<Date | null>
  declare successorHash: CreationOptional<Buffer | null>
  declare createdAt: CreationOptional<Date>
}

export const initRefreshToken = (sequelize: Sequelize): typeof RefreshToken =>
  RefreshToken.init(
    {
      hash: { type: DataTypes.BLOB, primaryKey: true },
      sessionId: { type: DataTypes.UUID },
      personId: { type: DataTypes.UUID },
      generation: { type: DataTypes.INTEGER },
      usedAt: { type: DataTypes.DATE },
      successorHash: { type: DataTypes.BLOB },
      createdAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
    },
    { sequelize, tableName: 'refresh_tokens', underscored: true, timestamps: false },
  )
