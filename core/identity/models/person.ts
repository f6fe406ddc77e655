import { DataTypes, Model } from 'sequelize'
import type {
  CreationOptional,
  InferAttributes,
  InferCreationAttributes,
  Sequelize,
} from 'sequelize'
import { uuidv7 } from '../../platform/uuid.ts'

export class Person extends Model<InferAttributes<Person>, InferCreationAttributes<Person>> {
  declare id: CreationOptional<string>
  declare email: string
  declare name: string
  /** Where the person's rows and files are kept. */
  declare region: CreationOptional<string>
  declare operator: CreationOptional<boolean>
  declare sixteenAttestedAt: Date
  declare failedLogins: CreationOptional<number>
  declare lockedUntil: CreationOptional<Date | null>
  declare createdAt: CreationOptional<Date>
  declare updatedAt: CreationOptional<Date>
}

export const initPerson = (sequelize: Sequelize): typeof Person =>
  Person.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: uuidv7 },
      email: { type: DataTypes.TEXT },
      name: { type: DataTypes.TEXT },
      region: { type: DataTypes.TEXT, defaultValue: 'eu' },
      operator: { type: DataTypes.BOOLEAN, defaultValue: false },
      sixteenAttestedAt: { type: DataTypes.DATE },
      failedLogins: { type: DataTypes.INTEGER, defaultValue: 0 },
      lockedUntil: { type: DataTypes.DATE },
      createdAt: { type: DataTypes.DATE },
      updatedAt: { type: DataTypes.DATE },
    },
    { sequelize, tableName: 'persons', underscored: true, timestamps: true },
  )
