import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import type { Content, OwnText, Provenance } from '#contract/posts/post.ts'

export class PostVersion extends Model<
  InferAttributes<PostVersion>,
  InferCreationAttributes<PostVersion>
> {
  declare postId: string
  declare contentVersion: number
  declare workspaceId: string
  declare content: Content
  declare ownTexts: OwnText[]
  declare provenance: Provenance
  declare remark: CreationOptional<string | null>
  declare createdBy: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>
}

export const initPostVersion = (sequelize: Sequelize): typeof PostVersion =>
  PostVersion.init(
    {
      postId: { type: DataTypes.UUID, primaryKey: true },
      contentVersion: { type: DataTypes.INTEGER, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      content: { type: DataTypes.JSONB },
      ownTexts: { type: DataTypes.JSONB },
      provenance: { type: DataTypes.JSONB },
      remark: { type: DataTypes.TEXT },
      createdBy: { type: DataTypes.UUID },
      createdAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
    },
    { sequelize, tableName: 'post_versions', underscored: true, timestamps: false },
  )
