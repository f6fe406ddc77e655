import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import { uuidv7 } from '../../platform/uuid.ts'

export class Session extends Model<InferAttributes<Session>, InferCreationAttributes<Session>> {
  declare id: CreationOptional<string>
  declare personId: string
  declare accessHash: Buffer
  declare accessExpiresAt: Date
  declare previousAccessHash: CreationOptional<Buffer | null>
  declare ip: CreationOptional<string | null>
  declare userAgent: CreationOptional<string | null>
  declare startedAt: Date
  declare lastSeenAt: Date
  declare expiresAt: Date
  declare revokedAt: CreationOptional<Date | null>
  declare revokedReason: CreationOptional<string | null>
}

export const initSession = (sequelize: Sequelize): typeof Session =>
  Session.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      personId: { type: DataTypes.UUID },
      accessHash: { type: DataTypes.BLOB },
      accessExpiresAt: { type: DataTypes.DATE },
      previousAccessHash: { type: DataTypes.BLOB },
      ip: { type: DataTypes.TEXT },
      userAgent: { type: DataTypes.TEXT },
      startedAt: { type: DataTypes.DATE },
      lastSeenAt: { type: DataTypes.DATE },
      expiresAt: { type: DataTypes.DATE },
      revokedAt: { type: DataTypes.DATE },
      revokedReason: { type: DataTypes.TEXT },
    },
    { sequelize, tableName: 'sessions', underscored: true, timestamps: false },
  )
