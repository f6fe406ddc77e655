/** Everything a handler or an activity may use, opened once per process and closed by `await using`. */
import type { Network } from '../networks/network.ts'
import { networks } from '../networks/registry.ts'
import type { Router } from '../llm/types.ts'
import { openPolicy, type Policy } from '../policies/access/authorize.ts'
import type { Config } from './config.ts'
import { createVault, type Vault } from './crypto/vault.ts'
import { openDatabase, type Database } from './db.ts'
import { createHttp, type Http } from './http.ts'
import { createLog, type Log } from './log.ts'
import { createMail, type Mail } from './mail.ts'
import { openTemporal, type Temporal } from './temporal.ts'
import { createWriterRouter } from './writer/router.ts'

export interface Context {
  config: Config
  log: Log
  db: Database
  /** Seals and opens secrets, bound to the row they belong to. */
  vault: Vault
  temporal: Temporal
  networks: Record<string, Network>
  /** The model router, with the starter writer registered. */
  llm: Router
  mail: Mail
  /** Guarded fetch: the only way out. */
  http: Http
  policy: Policy
  now(): Date
  [Symbol.asyncDispose](): Promise<void>
}

/** Opens the context; `overrides` is the whole test seam. */
export async function openContext(
  config: Config,
  overrides: Partial<Context> = {},
): Promise<Context> {
  const log = overrides.log ?? createLog(config.logLevel)
  const now = overrides.now ?? (() => new Date())
  const http =
    overrides.http ??
    createHttp({
      allowPrivateOrigins: config.allowPrivateOrigins,
      timeoutMs: config.publishing.callTimeoutMs,
    })
  const db = overrides.db ?? openDatabase(config.databaseUrl)
  const temporal = overrides.temporal ?? (await openTemporal(config, log))
  const vault = overrides.vault ?? createVault(config.fernetKeys)
  return {
    config,
    log,
    now,
    http,
    db,
    temporal,
    vault,
    networks: overrides.networks ?? networks,
    llm: overrides.llm ?? createWriterRouter({ fetch: overrides.http ?? modelHttp(config), now }),
    mail: overrides.mail ?? createMail(config),
    policy: overrides.policy ?? (await openPolicy()),
    [Symbol.asyncDispose]: async () => {
      await temporal.close()
      await db.close()
    },
  }
}

/** A model thinks longer than a network takes to answer; the router's own, shorter limits decide. */
function modelHttp({ allowPrivateOrigins }: Config): typeof fetch {
  return createHttp({ allowPrivateOrigins, timeoutMs: 120_000, totalMs: 180_000 })
}
