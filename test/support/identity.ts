import { randomBytes } from 'node:crypto'
import { readConfig, type Config } from '../../core/platform/config.ts'
import type { Context } from '../../core/platform/context.ts'
import { createVault } from '../../core/platform/crypto/vault.ts'
import { bindModels } from '../../core/open.ts'
import { openDatabase } from '../../core/platform/db.ts'
import { createLimits } from '../../core/platform/limits.ts'
import { createLog } from '../../core/platform/log.ts'
import { createMail } from '../../core/platform/mail.ts'
import { Person } from '../../core/identity/models/person.ts'
import { uuidv7 } from '../../core/platform/uuid.ts'
import { openPolicy } from '../../policies/access/authorize.ts'
import { createDatabase } from './database.ts'

/** What identity needs of a context: the database, a clock that the test moves, and no other server. */
export interface IdentityWorld {
  ctx: Context
  /** Moves the clock. */
  pass(ms: number): void
  url: string
  close(): Promise<void>
}

export const testKey = (): string => randomBytes(32).toString('base64url') + '='

export async function openIdentityWorld(overrides: Partial<Config> = {}): Promise<IdentityWorld> {
  const url = await createDatabase()
  const config = {
    ...readConfig({
      NODE_ENV: 'test',
      DATABASE_URL: url,
      FERNET_KEYS: testKey(),
      ROTATION_KEY: randomBytes(32).toString('base64url'),
      LOG_LEVEL: 'silent',
    }),
    ...overrides,
  }
  let now = Date.parse('2026-05-11T08:00:00Z')
  const db = openDatabase(url, { bindModels })
  const ctx = {
    config,
    db,
    log: createLog('silent'),
    limits: createLimits({ db, key: config.rotationKey }),
    mail: createMail(config),
    vault: createVault(config.fernetKeys),
    policy: await openPolicy(),
    now: () => new Date(now),
  } as unknown as Context
  return { ctx, url, pass: (ms) => void (now += ms), close: () => db.close() }
}

/** A person without a password that anybody knows. */
export async function addPerson({ ctx }: IdentityWorld, name = 'Ada'): Promise<string> {
  const id = uuidv7()
  await ctx.db.tx({ person: id }, () =>
    Person.create({
      id,
      name,
      email: `${id}@example.org`,
      sixteenAttestedAt: ctx.now(),
    }),
  )
  return id
}
