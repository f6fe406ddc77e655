import { runDelivery, type DeliveryPlan } from './delivery.ts'

export interface DeliverAgainInput extends DeliveryPlan {
  postId: string
  /** `reconcile`: something may be out already, so the network is asked before anything else. */
  first: 'deliver' | 'reconcile'
}

/** One delivery by itself: a retry, a leftover, a question to the network. */
export async function deliverAgain({ first, ...plan }: DeliverAgainInput): Promise<string> {
  return runDelivery(plan, first)
}
