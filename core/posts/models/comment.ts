import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import { uuidv7 } from '../../platform/uuid.ts'

export class Comment extends Model<InferAttributes<Comment>, InferCreationAttributes<Comment>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare postId: string
  declare kind: string
  declare text: string
  declare contentVersion: number
  declare personId: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>
}

export const initComment = (sequelize: Sequelize): typeof Comment =>
  Comment.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      postId: { type: DataTypes.UUID },
      kind: { type: DataTypes.TEXT },
      text: { type: DataTypes.TEXT },
      contentVersion: { type: DataTypes.INTEGER },
      personId: { type: DataTypes.UUID },
      createdAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
    },
    { sequelize, tableName: 'comments', underscored: true, timestamps: false },
  )
