import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

/** Bytes in the object store, under the key `workspaceId/id`. Whatever has them names the row. */
export class StoredFile extends Model<
  InferAttributes<StoredFile>,
  InferCreationAttributes<StoredFile>
> {
  declare id: string
  declare workspaceId: string
  /** `writing` until somebody keeps it; `leaving` once nothing names it any more. */
  declare state: CreationOptional<'writing' | 'kept' | 'leaving'>
  declare sha256: CreationOptional<Buffer | null>
  /** When it was last written or kept: only what is older is removed. */
  declare touchedAt: Date
}

export const initStoredFile = (sequelize: Sequelize): typeof StoredFile =>
  StoredFile.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      state: { type: DataTypes.TEXT, defaultValue: 'writing' },
      sha256: { type: DataTypes.BLOB },
      touchedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'files', underscored: true, timestamps: false },
  )
