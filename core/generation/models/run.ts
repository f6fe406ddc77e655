import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import type { Plan } from '#contract/campaigns/campaigns.ts'
import { uuidv7 } from '../../platform/uuid.ts'
import type { Slot } from '../../writer/types.ts'

export class Run extends Model<InferAttributes<Run>, InferCreationAttributes<Run>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare campaignId: string
  declare number: number
  declare state: string
  declare plan: CreationOptional<Plan | null>
  declare slots: CreationOptional<Slot[]>
  declare postsPlanned: CreationOptional<number>
  declare postsWritten: CreationOptional<number>
  declare writer: string
  declare costMicros: CreationOptional<number | null>
  declare currency: CreationOptional<string | null>
  declare reason: CreationOptional<string | null>
  /** A person asked for the starter writer although providers are switched on. */
  declare byStarter: CreationOptional<boolean>
  /** Name of the provider that failed, while it keeps the run from going on. */
  declare stuckWriter: CreationOptional<string | null>
  declare askedAgainAt: CreationOptional<Date | null>
  declare startedBy: CreationOptional<string | null>
  declare startedAt: Date
  declare finishedAt: CreationOptional<Date | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initRun = (sequelize: Sequelize): typeof Run =>
  Run.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      campaignId: { type: DataTypes.UUID },
      number: { type: DataTypes.INTEGER },
      state: { type: DataTypes.TEXT },
      plan: { type: DataTypes.JSONB },
      slots: { type: DataTypes.JSONB, defaultValue: () => [] },
      postsPlanned: { type: DataTypes.INTEGER, defaultValue: 0 },
      postsWritten: { type: DataTypes.INTEGER, defaultValue: 0 },
      writer: { type: DataTypes.TEXT },
      costMicros: { type: DataTypes.DOUBLE },
      currency: { type: DataTypes.TEXT },
      reason: { type: DataTypes.TEXT },
      byStarter: { type: DataTypes.BOOLEAN, defaultValue: false },
      stuckWriter: { type: DataTypes.TEXT },
      askedAgainAt: { type: DataTypes.DATE },
      startedBy: { type: DataTypes.UUID },
      startedAt: { type: DataTypes.DATE },
      finishedAt: { type: DataTypes.DATE },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'runs', underscored: true, timestamps: true },
  )
