import { DataTypes, Model } from 'sequelize'
import type { InferAttributes, InferCreationAttributes, Sequelize } from 'sequelize'

/** How a person proves who they are. Apart from the person, whose row fellow members see. */
export class Credential extends Model<
  InferAttributes<Credential>,
  InferCreationAttributes<Credential>
> {
  declare personId: string
  declare passwordHash: string
  declare changedAt: Date
}

export const initCredential = (sequelize: Sequelize): typeof Credential =>
  Credential.init(
    {
      personId: { type: DataTypes.UUID, primaryKey: true },
      passwordHash: { type: DataTypes.TEXT },
      changedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'credentials', underscored: true, timestamps: false },
  )
