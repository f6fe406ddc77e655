/** Brings the database to the newest schema: umzug inside one advisory lock, so that several processes may start at once. */
import { readdirSync } from 'node:fs'
import { Sequelize } from 'sequelize'
import { SequelizeStorage, Umzug } from 'umzug'
import { readDatabaseUrl } from '../core/platform/config.ts'

const lockKey = 706_715_401

/** Applies what is pending and returns the names of what was applied. `url` is the login that owns the schema. */
export async function migrate(url: string): Promise<string[]> {
  const sequelize = new Sequelize(url, {
    dialect: 'postgres',
    logging: false,
    pool: { max: 2 },
    dialectOptions: { application_name: 'postaura-migrate' },
  })
  try {
    return await sequelize.transaction(async (lock) => {
      await sequelize.query('select pg_advisory_xact_lock($1)', {
        bind: [lockKey],
        transaction: lock,
      })
      const done = await runner(sequelize).up()
      return done.map((m) => m.name)
    })
  } finally {
    await sequelize.close()
  }
}

function runner(sequelize: Sequelize) {
  const folder = new URL('.//', import.meta.url)
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}-.+\.ts$/.test(name))
    .sort()
  return new Umzug({
    migrations: files.map((name) => ({
      name: name.replace(/\.ts$/, ''),
      up: async () => {
        const migration = await import(new URL(name, folder).href)
        await migration.up({ context: sequelize.getQueryInterface() })
      },
    })),
    storage: new SequelizeStorage({ sequelize, tableName: 'migrations' }),
    logger: undefined,
  })
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].replace(/\\/g, '/'))) {
  const applied = await migrate(readDatabaseUrl(process.env))
  console.log(applied.length ? `applied ${applied.join(', ')}` : 'the schema is up to date')
}
