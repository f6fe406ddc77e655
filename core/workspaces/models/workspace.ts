import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import { uuidv7 } from '../../platform/uuid.ts'

/** A weekly publishing slot: ISO weekday 1-7 and wall time in the workspace's zone. */
export interface WeekSlot {
  weekday: number
  time: string
}

export class Workspace extends Model<
  InferAttributes<Workspace>,
  InferCreationAttributes<Workspace>
> {
  declare id: CreationOptional<string>
  declare name: string
  declare timeZone: string
  declare language: string
  /** Where the workspace's rows and files are kept. */
  declare region: CreationOptional<string>
  declare pageOn: CreationOptional<boolean>
  declare pageSlug: string
  declare pageTitle: CreationOptional<string>
  declare pageAbout: CreationOptional<string>
  declare pageImprint: CreationOptional<string>
  declare holdReason: CreationOptional<string | null>
  declare holdBy: CreationOptional<string | null>
  declare holdSince: CreationOptional<Date | null>
  declare slots: WeekSlot[]
  declare demo: CreationOptional<boolean>
  declare version: CreationOptional<number>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initWorkspace = (sequelize: Sequelize): typeof Workspace =>
  Workspace.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      name: { type: DataTypes.TEXT },
      timeZone: { type: DataTypes.TEXT },
      language: { type: DataTypes.TEXT },
      region: { type: DataTypes.TEXT, defaultValue: 'eu' },
      pageOn: { type: DataTypes.BOOLEAN, defaultValue: false },
      pageSlug: { type: DataTypes.TEXT },
      pageTitle: { type: DataTypes.TEXT, defaultValue: '' },
      pageAbout: { type: DataTypes.TEXT, defaultValue: '' },
      pageImprint: { type: DataTypes.TEXT, defaultValue: '' },
      holdReason: { type: DataTypes.TEXT },
      holdBy: { type: DataTypes.UUID },
      holdSince: { type: DataTypes.DATE },
      slots: { type: DataTypes.JSONB },
      demo: { type: DataTypes.BOOLEAN, defaultValue: false },
      version: { type: DataTypes.INTEGER, defaultValue: 1 },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'workspaces', underscored: true, timestamps: true },
  )
