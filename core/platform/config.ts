/** The one reader of the environment. All mistakes are reported at once, each with its variable's name. */
import { z } from 'zod'
import { bucketOf, bucketVariables, checkBucket, type Bucket } from './bucket.ts'

const flag = z
  .enum(['0', '1', 'true', 'false', ''])
  .transform((v) => v === '1' || v === 'true')
  .default(false)
const words = z
  .string()
  .default('')
  .transform((v) =>
    v
      .split(',')
      .map((w) => w.trim())
      .filter(Boolean),
  )
const fernetKey = /^[A-Za-z0-9_-]{43}=$/

/** Name, meaning and default of every variable; `.env.example` is held to this. */
export const Environment = z.object({
  NODE_ENV: z.string().default('production').describe('production or test'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(3000)
    .describe('Port of dashboard and API'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address under which people reach the product; default http://localhost:PORT'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe('Postgres, as the login of the running product, which owns nothing'),
  MIGRATION_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('Postgres, as the login that owns the schema; default DATABASE_URL'),
  DATABASE_POOL: z.coerce
    .number()
    .int()
    .min(2)
    .max(1_000)
    .default(10)
    .describe(
      'Most connections of one process for its work; it has one more to listen and one for locks',
    ),
  TEMPORAL_ADDRESS: z
    .string()
    .default('127.0.0.1:7233')
    .describe("Temporal's address; its other variables are read by Temporal's own rules"),
  TEMPORAL_NAMESPACE: z.string().default('postaura').describe("Temporal's namespace"),
  TEMPORAL_CONFIG_FILE: z
    .string()
    .default('')
    .describe("Temporal's own configuration file (TOML); empty: variables alone"),
  TEMPORAL_UI_URL: z
    .string()
    .default('')
    .describe("Address of Temporal's UI as operators reach it; empty: no links"),
  DATA_DIR: z.string().default('.postaura').describe('Folder for files of this machine'),
  ...bucketVariables,
  FERNET_KEYS: words
    .pipe(
      z.array(z.string().regex(fernetKey, 'is not a Fernet key')).min(1, 'needs at least one key'),
    )
    .describe('Keys that seal tokens, newest first'),
  ROTATION_KEY: z
    .string()
    .min(43, 'needs 32 bytes in base64url')
    .describe('Key from which successors of refresh tokens are derived'),
  TEMPORAL_QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]*$/)
    .default('')
    .describe('Put before every task queue, so that instances can share a namespace'),
  WORKER_QUEUES: words.describe('Task queues this worker serves; empty: all'),
  ALLOW_PRIVATE_ORIGINS: words.describe('Exact origins inside private networks that may be called'),
  LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('How much is logged'),
  SMTP_URL: z
    .string()
    .default('')
    .describe('Mail server; empty: mails are kept in the outbox page'),
  MAIL_FROM: z.string().default('PostAura <privacy@postaura.com>').describe('Sender of mails'),
  CONTROLLER_NAME: z
    .string()
    .default('')
    .describe('Who runs this instance, for policy, footer and mails'),
  CONTROLLER_ADDRESS: z.string().default('').describe('Postal address of who runs this instance'),
  PRIVACY_EMAIL: z
    .string()
    .default('privacy@postaura.com')
    .describe('Address for privacy requests'),
  SECURITY_EMAIL: z
    .string()
    .default('security@postaura.com')
    .describe('Address for vulnerability reports'),
  SETUP_TOKEN: z
    .string()
    .default('')
    .describe('One-time token that the first registration needs when listening beyond loopback'),
  OPEN_REGISTRATION: flag.describe('1: anybody may register'),
  POSTAURA_DEMO: flag.describe('1: make a demo workspace for whoever runs the instance'),
  TRUST_PROXY: z
    .string()
    .default('')
    .describe('Address or name of the proxy in front, as Express takes it'),
  CALL_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(20_000)
    .describe('Longest time one call to a network may take'),
  SETTLE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(15_000)
    .describe('Time after an unanswered call before the network is asked'),
  LATE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(900_000)
    .describe('Longest time a request that got no answer may be on its way'),
  ALARM_LEAD_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(5_000)
    .describe('How early the alarm of a post rings'),
  UPLOAD_RATE: z.coerce
    .number()
    .int()
    .positive()
    .default(500_000)
    .describe(
      'Bytes a second that uploads are thought to manage; the slower, the earlier they begin',
    ),
  SWEEP_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(5_000)
    .describe('How often the ledger is swept for what was left behind'),
})

export interface Config {
  env: string
  host: string
  port: number
  publicUrl: string
  databaseUrl: string
  /** Most connections of this process for its units of work. */
  databasePool: number
  temporal: {
    address: string
    namespace: string
    configFile: string
    uiUrl: string
    queuePrefix: string
  }
  dataDir: string
  /** Where media are kept; null: in a folder below `dataDir`. */
  bucket: Bucket | null
  fernetKeys: string[]
  rotationKey: string
  workerQueues: string[]
  allowPrivateOrigins: string[]
  logLevel: z.infer<typeof Environment>['LOG_LEVEL']
  smtpUrl: string
  mailFrom: string
  controller: { name: string; address: string; privacyEmail: string; securityEmail: string }
  setupToken: string
  openRegistration: boolean
  /** Make a demo workspace for the operator. */
  demo: boolean
  trustProxy: string
  publishing: {
    callTimeoutMs: number
    settleMs: number
    lateMs: number
    leadMs: number
    /** Bytes a second. */
    uploadRate: number
    sweepMs: number
  }
}

/** Reads and freezes the configuration; throws one error that names every faulty variable. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = Environment.superRefine(checkBucket).safeParse(withoutEmpty(env))
  if (!parsed.success) throw new Error(faults(parsed.error))
  const e = parsed.data
  return Object.freeze({
    env: e.NODE_ENV,
    host: e.HOST,
    port: e.PORT,
    publicUrl: (e.PUBLIC_URL ?? `http://localhost:${e.PORT}`).replace(/\/$/, ''),
    databaseUrl: e.DATABASE_URL,
    databasePool: e.DATABASE_POOL,
    temporal: {
      address: e.TEMPORAL_ADDRESS,
      namespace: e.TEMPORAL_NAMESPACE,
      configFile: e.TEMPORAL_CONFIG_FILE,
      uiUrl: e.TEMPORAL_UI_URL.replace(/\/$/, ''),
      queuePrefix: e.TEMPORAL_QUEUE_PREFIX,
    },
    dataDir: e.DATA_DIR,
    bucket: bucketOf(e),
    fernetKeys: e.FERNET_KEYS,
    rotationKey: e.ROTATION_KEY,
    workerQueues: e.WORKER_QUEUES,
    allowPrivateOrigins: e.ALLOW_PRIVATE_ORIGINS,
    logLevel: e.LOG_LEVEL,
    smtpUrl: e.SMTP_URL,
    mailFrom: e.MAIL_FROM,
    controller: {
      name: e.CONTROLLER_NAME,
      address: e.CONTROLLER_ADDRESS,
      privacyEmail: e.PRIVACY_EMAIL,
      securityEmail: e.SECURITY_EMAIL,
    },
    setupToken: e.SETUP_TOKEN,
    openRegistration: e.OPEN_REGISTRATION,
    demo: e.POSTAURA_DEMO,
    trustProxy: e.TRUST_PROXY,
    publishing: {
      callTimeoutMs: e.CALL_TIMEOUT_MS,
      settleMs: e.SETTLE_MS,
      lateMs: e.LATE_MS,
      leadMs: e.ALARM_LEAD_MS,
      uploadRate: e.UPLOAD_RATE,
      sweepMs: e.SWEEP_MS,
    },
  })
}

export interface DatabaseUrls {
  /** As the login that owns the schema and changes it. */
  owner: string
  /** As the login of the running product. */
  runtime: string
}

/** The database's addresses alone, for migrations. */
export function readDatabaseUrls(env: Record<string, string | undefined>): DatabaseUrls {
  const names = { DATABASE_URL: true, MIGRATION_DATABASE_URL: true } as const
  const parsed = Environment.pick(names).safeParse(withoutEmpty(env))
  if (!parsed.success) throw new Error(faults(parsed.error))
  const { DATABASE_URL: runtime, MIGRATION_DATABASE_URL: owner = runtime } = parsed.data
  return { owner, runtime }
}

/** An empty variable is an absent one. */
const withoutEmpty = (env: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value))

function faults(error: z.ZodError): string {
  const lines = error.issues.map(
    (i) => `  ${i.path[0] === undefined ? '' : String(i.path[0])}: ${i.message}`,
  )
  return `The configuration needs a look:\n${lines.join('\n')}`
}
