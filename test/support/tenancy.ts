/** A workspace with an owner, an editor, a viewer and a stranger who call every endpoint there is. */
import { handlers } from '../../api/handlers.ts'
import { addMember, callsAs, personActor, type Call } from './calls.ts'
import type { Tenant, World } from './world.ts'

export interface House {
  tenant: Tenant
  ws: { workspaceId: string }
  /** Calls of Ada Example, Ed Itor, Vi Ewer, and of somebody who is no member. */
  owner: Call
  editor: Call
  viewer: Call
  stranger: Call
  as(personId: string): Call
}

export async function openHouse(world: World): Promise<House> {
  const as = (personId: string) => callsAs(world.ctx, handlers, personActor(personId))
  const tenant = await world.addTenant('owner')
  const { workspaceId } = tenant
  const elsewhere = await world.addTenant('owner')
  return {
    tenant,
    as,
    ws: { workspaceId },
    owner: as(tenant.personId),
    editor: as(await addMember(world.ctx, workspaceId, 'editor', 'Ed Itor')),
    viewer: as(await addMember(world.ctx, workspaceId, 'viewer', 'Vi Ewer')),
    stranger: as(elsewhere.personId),
  }
}
