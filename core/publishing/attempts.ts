/** What an arming is handed, and how it is written. In a unit of work that holds the deliveries' locks. */
import { createHash } from 'node:crypto'
import type { Frozen } from '../../networks/network.ts'
import { run } from '../platform/db.ts'
import type { Ref } from './arming.ts'
import type { Delivery } from './models/delivery.ts'
import type { SentBefore } from './sent-before.ts'

export interface Fence extends Ref {
  /** The plan this alarm was set for; a delivery that was rescheduled since is not its business. */
  generation: number
  /** The attempt that would be made. */
  attempt: number
}

export interface Arming extends Fence {
  /** Of this arming alone. */
  claim: string
  /** The content that was prepared; arming reads again and compares. */
  contentVersion: number
  /** Time the call may take, from arming or, when armed ahead, from `sendAt`. */
  budgetMs: number
  /** The instant of the call when it comes later than arming. */
  sendAt?: Date
  /** What was armed before and is sent again as it was, or how it is made at the instant of the call (pure) under a new token. */
  content: SentBefore | NewContent
}

export interface NewContent {
  token: string
  contentHash: string
  compose(at: Date): Frozen
}

/** An attempt that is armed, in the making. */
export interface Going {
  arming: Arming
  delivery: Delivery
  frozen: Frozen
  at: Date
  sendAt: Date
}

/** Writes the attempts, and what they send where that was never armed before. */
export async function writeAttempts(going: Going[]): Promise<void> {
  const given = going.map(({ arming, frozen, at }) => {
    const { deliveryId, attempt, workspaceId, claim, content, contentVersion } = arming
    const tried = { deliveryId, attempt, workspaceId, claim, at }
    if (!('compose' in content)) return { ...tried, outgoing: content.number }
    const payload = JSON.stringify(frozen.payload)
    const payloadHash = createHash('sha256').update(payload).digest('hex')
    const { contentHash, token } = content
    const handle = JSON.stringify(frozen.handle)
    return { ...tried, contentVersion, contentHash, token, payload, payloadHash, handle }
  })
  if (given.length > 0) await run(attemptsQuery, [JSON.stringify(given)])
}

const attemptsQuery = `
  with given as (
    select * from json_to_recordset($1) as g("deliveryId" uuid, attempt int, "workspaceId" uuid, claim uuid, at timestamptz, outgoing int,
      "contentVersion" int, "contentHash" text, token uuid, payload text, "payloadHash" text, handle text)
  ), sent as (
    insert into outgoing (delivery_id, number, workspace_id, content_version, content_hash, token, payload, payload_hash, handle, armed_at)
    select "deliveryId", coalesce((select max(number) from outgoing where delivery_id = "deliveryId"), 0) + 1, "workspaceId", "contentVersion",
      "contentHash", token, payload::json, "payloadHash", handle::json, at from given where given.outgoing is null
    returning delivery_id, number)
  insert into attempts (delivery_id, number, workspace_id, claim, armed_at, outgoing)
  select "deliveryId", attempt, "workspaceId", claim, at, coalesce(given.outgoing, sent.number)
  from given left join sent on sent.delivery_id = given."deliveryId"`
