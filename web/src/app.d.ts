import type { Client, OutputOf } from '#contract/client.ts'
import type { ProblemKind } from '#contract/platform/problems.ts'
import type { Bridge, Site } from '#lib/server/bridge.ts'

declare global {
  namespace App {
    interface Error {
      kind?: ProblemKind
      detail?: string
    }
    interface Locals {
      /** The API as this request's actor, without a hop over the network. */
      api: Client
      me: OutputOf<'getMe'> | null
      site: Site
    }
    interface Platform {
      req: { postaura: Bridge }
    }
  }
}

export {}
