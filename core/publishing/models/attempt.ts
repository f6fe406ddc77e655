import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'

/**
 * What is known of an attempt. `published`, `found`: it is there. `refused`, `unsent`: certainly not. `absent`: the network looked for this very
 * post and does not have it. `unlisted`: it is not among what the network lists, and may still arrive. `ambiguous`: no answer. `given_up`: a
 * person decided to send again. `taken_down`: what stood of it was removed.
 */
export type Outcome =
  | 'published'
  | 'found'
  | 'refused'
  | 'unsent'
  | 'absent'
  | 'unlisted'
  | 'ambiguous'
  | 'given_up'
  | 'taken_down'

export class Attempt extends Model<InferAttributes<Attempt>, InferCreationAttributes<Attempt>> {
  declare deliveryId: string
  declare number: number
  declare workspaceId: string
  /** Number of the outgoing content that it sends. */
  declare outgoing: number
  /** Of this arming alone, so that whoever lost the answer of a commit knows their own. */
  declare claim: string
  declare armedAt: Date
  declare answeredAt: CreationOptional<Date | null>
  declare outcome: CreationOptional<Outcome | null>
  /** A refusal's kind. */
  declare reason: CreationOptional<string | null>
}

export const initAttempt = (sequelize: Sequelize): typeof Attempt =>
  Attempt.init(
    {
      deliveryId: { type: DataTypes.UUID, primaryKey: true },
      number: { type: DataTypes.INTEGER, primaryKey: true },
      workspaceId: { type: DataTypes.UUID },
      outgoing: { type: DataTypes.INTEGER },
      claim: { type: DataTypes.UUID },
      armedAt: { type: DataTypes.DATE },
      answeredAt: { type: DataTypes.DATE },
      outcome: { type: DataTypes.TEXT },
      reason: { type: DataTypes.TEXT },
    },
    { sequelize, tableName: 'attempts', underscored: true, timestamps: false },
  )
