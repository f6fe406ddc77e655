/** Everything a handler or an activity may use, opened once per process (`core/open.ts`) and closed by `await using`. */
import type { Network } from '../../networks/network.ts'
import type { Router } from '../../llm/types.ts'
import type { Policy } from '../../policies/access/authorize.ts'
import type { Config } from './config.ts'
import type { Vault } from './crypto/vault.ts'
import type { Database } from './db.ts'
import type { Http } from './http/http.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import type { Mail } from './mail.ts'
import type { Store } from './store.ts'
import type { Temporal } from './temporal.ts'

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
  /** How often something may be done, over all processes. */
  limits: Limits
  /** Guarded fetch: the only way out. */
  http: Http
  policy: Policy
  /** Where the bytes of media are kept. */
  store: Store
  now(): Date
  [Symbol.asyncDispose](): Promise<void>
}
