import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import type { Content, OwnText, PostFinding, Provenance } from '#contract/posts/post.ts'
import { uuidv7 } from '../../platform/uuid.ts'

export class Post extends Model<InferAttributes<Post>, InferCreationAttributes<Post>> {
  declare id: CreationOptional<string>
  declare workspaceId: string
  declare campaignId: CreationOptional<string | null>
  declare runId: CreationOptional<string | null>
  declare externalId: CreationOptional<string | null>
  declare state: string
  declare shown: CreationOptional<string>
  /** Who sees it: the workspace, or whoever made it alone. */
  declare visibility: CreationOptional<'workspace' | 'private'>
  /** It is being deleted: nothing new is done with it. */
  declare erasing: CreationOptional<boolean>
  declare title: CreationOptional<string>
  declare content: Content
  declare ownTexts: CreationOptional<OwnText[]>
  declare channelIds: CreationOptional<string[]>
  declare wallTime: CreationOptional<string | null>
  declare timeZone: CreationOptional<string | null>
  declare publishAt: CreationOptional<Date | null>
  declare latenessMinutes: CreationOptional<number>
  declare version: CreationOptional<number>
  declare contentVersion: CreationOptional<number>
  declare approvedVersion: CreationOptional<number | null>
  declare approvedBy: CreationOptional<string | null>
  /** Where it stood before it was approved. */
  declare approvedFrom: CreationOptional<string | null>
  declare generation: CreationOptional<number>
  declare findings: CreationOptional<PostFinding[]>
  declare blocked: CreationOptional<boolean>
  declare provenance: Provenance
  declare slotIndex: CreationOptional<number | null>
  declare createdBy: CreationOptional<string | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initPost = (sequelize: Sequelize): typeof Post =>
  Post.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      workspaceId: { type: DataTypes.UUID },
      campaignId: { type: DataTypes.UUID },
      runId: { type: DataTypes.UUID },
      externalId: { type: DataTypes.TEXT },
      state: { type: DataTypes.TEXT },
      shown: { type: DataTypes.TEXT, defaultValue: 'draft' },
      visibility: { type: DataTypes.TEXT, defaultValue: 'workspace' },
      erasing: { type: DataTypes.BOOLEAN, defaultValue: false },
      title: { type: DataTypes.TEXT, defaultValue: '' },
      content: { type: DataTypes.JSONB },
      ownTexts: { type: DataTypes.JSONB, defaultValue: () => [] },
      channelIds: { type: DataTypes.ARRAY(DataTypes.UUID), defaultValue: () => [] },
      wallTime: { type: DataTypes.TEXT },
      timeZone: { type: DataTypes.TEXT },
      publishAt: { type: DataTypes.DATE },
      latenessMinutes: { type: DataTypes.INTEGER, defaultValue: 60 },
      version: { type: DataTypes.INTEGER, defaultValue: 1 },
      contentVersion: { type: DataTypes.INTEGER, defaultValue: 1 },
      approvedVersion: { type: DataTypes.INTEGER },
      approvedBy: { type: DataTypes.UUID },
      approvedFrom: { type: DataTypes.TEXT },
      generation: { type: DataTypes.INTEGER, defaultValue: 0 },
      findings: { type: DataTypes.JSONB, defaultValue: () => [] },
      blocked: { type: DataTypes.BOOLEAN, defaultValue: false },
      provenance: { type: DataTypes.JSONB },
      slotIndex: { type: DataTypes.INTEGER },
      createdBy: { type: DataTypes.UUID },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'posts', underscored: true, timestamps: true },
  )
