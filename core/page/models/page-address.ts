import { DataTypes, Model } from 'sequelize'
import type { InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize'

/** An address that a page had; it still leads to the page. */
export class PageAddress extends Model<
  InferAttributes<PageAddress>,
  InferCreationAttributes<PageAddress>
> {
  declare slug: string
  declare workspaceId: string
  declare leftAt: Date
}

export const initPageAddress = (sequelize: Sequelize): typeof PageAddress =>
  PageAddress.init(
    {
      slug: { type: DataTypes.TEXT, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      leftAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'page_addresses', underscored: true, timestamps: false },
  )
