import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

export class IdempotencyKey extends Model<
  InferAttributes<IdempotencyKey>,
  InferCreationAttributes<IdempotencyKey>
> {
  declare actor: string
  declare method: string
  declare path: string
  declare key: string
  declare workspaceId: CreationOptional<string | null>
  declare bodyHash: Buffer
  declare status: CreationOptional<number | null>
  /** What it made or changed; where that is enough to answer again, no answer is kept. */
  declare resourceId: CreationOptional<string | null>
  declare answer: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>
}

export const initIdempotencyKey = (sequelize: Sequelize): typeof IdempotencyKey =>
  IdempotencyKey.init(
    {
      actor: { type: DataTypes.TEXT, primaryKey: true },
      method: { type: DataTypes.TEXT, primaryKey: true },
      path: { type: DataTypes.TEXT, primaryKey: true },
      key: { type: DataTypes.TEXT, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      bodyHash: { type: DataTypes.BLOB },
      status: { type: DataTypes.INTEGER },
      resourceId: { type: DataTypes.UUID },
      answer: { type: DataTypes.TEXT },
      createdAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
    },
    { sequelize, tableName: 'idempotency_keys', underscored: true, timestamps: false },
  )
