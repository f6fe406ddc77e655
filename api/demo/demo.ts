/** The demo workspace: taken away with everything in it. */
import type { demo } from '#contract/demo/demo.ts'
import { wipeDemo } from '../../core/demo/demo.ts'
import { personOf } from '../../core/platform/actor.ts'
import type { Handlers } from '../handler-types.ts'

export const demoHandlers: Handlers<typeof demo> = {
  async wipeDemo(ctx, { params, ifMatch }, caller) {
    await wipeDemo(ctx, params.workspaceId, personOf(caller.actor), ifMatch)
  },
}
