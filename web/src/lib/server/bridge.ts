/** What Express hands to the pages on every request (`event.platform.req.postaura`). */
import type { WireAnswer, WireRequest } from '#contract/client.ts'

/** Who runs this instance, where it is reached and who may register; from the configuration. */
export interface Site {
  controller: { name: string; address: string; privacyEmail: string; securityEmail: string }
  publicUrl: string
  needsSetupToken: boolean
  openRegistration: boolean
}

export interface Bridge {
  /** Runs one endpoint as this request's actor. */
  call(request: WireRequest): Promise<WireAnswer>
  actor: { kind: string; personId?: string }
  site: Site
}
