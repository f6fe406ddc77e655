import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import { uuidv7 } from '../uuid.ts'

export class Mail extends Model<InferAttributes<Mail>, InferCreationAttributes<Mail>> {
  declare id: CreationOptional<string>
  declare personId: string
  declare workspaceId: CreationOptional<string | null>
  declare class: string
  declare subject: string
  declare body: string
  declare state: string
  declare tries: CreationOptional<number>
  declare nextAt: Date
  declare error: CreationOptional<string | null>
  declare dedupe: CreationOptional<string | null>
  /** Mails of one bundle to one person may go out as one. */
  declare bundle: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>
}

export const initMail = (sequelize: Sequelize): typeof Mail =>
  Mail.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      personId: { type: DataTypes.UUID },
      workspaceId: { type: DataTypes.UUID },
      class: { type: DataTypes.TEXT },
      subject: { type: DataTypes.TEXT },
      body: { type: DataTypes.TEXT },
      state: { type: DataTypes.TEXT },
      tries: { type: DataTypes.INTEGER, defaultValue: 0 },
      nextAt: { type: DataTypes.DATE },
      error: { type: DataTypes.TEXT },
      dedupe: { type: DataTypes.TEXT },
      bundle: { type: DataTypes.TEXT },
      createdAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
    },
    { sequelize, tableName: 'mails', underscored: true, timestamps: false },
  )
