import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

export class WorkflowRun extends Model<
  InferAttributes<WorkflowRun>,
  InferCreationAttributes<WorkflowRun>
> {
  declare workflowId: string
  declare runId: string
  declare workspaceId: string
  declare postId: CreationOptional<string | null>
  declare campaignId: CreationOptional<string | null>
  declare campaignRunId: CreationOptional<string | null>
  declare erase: CreationOptional<boolean>
  declare createdAt: CreationOptional<Date>
}

export const initWorkflowRun = (sequelize: Sequelize): typeof WorkflowRun =>
  WorkflowRun.init(
    {
      workflowId: { type: DataTypes.TEXT, primaryKey: true },
      runId: { type: DataTypes.TEXT, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      postId: { type: DataTypes.UUID },
      campaignId: { type: DataTypes.UUID },
      campaignRunId: { type: DataTypes.UUID },
      erase: { type: DataTypes.BOOLEAN, defaultValue: false },
      createdAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
    },
    { sequelize, tableName: 'workflow_runs', underscored: true, timestamps: false },
  )
