import { DataTypes, Model } from 'sequelize'
import type { InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize'

export class PagePost extends Model<InferAttributes<PagePost>, InferCreationAttributes<PagePost>> {
  declare deliveryId: string
  declare workspaceId: string
  declare slug: string
  declare segments: { text: string; assetIds: string[] }[]
  declare language: string
  declare publishedAt: Date
}

export const initPagePost = (sequelize: Sequelize): typeof PagePost =>
  PagePost.init(
    {
      deliveryId: { type: DataTypes.UUID, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      slug: { type: DataTypes.TEXT },
      segments: { type: DataTypes.JSONB },
      language: { type: DataTypes.TEXT },
      publishedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'page_posts', underscored: true, timestamps: false },
  )
