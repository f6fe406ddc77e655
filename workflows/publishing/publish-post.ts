import { runDelivery } from './delivery.ts'

export interface PublishPostInput {
  postId: string
  workspaceId: string
  generation: number
  /** The instant, RFC 3339. */
  publishAt: string
  deliveries: { deliveryId: string; network: string; prepare?: boolean }[]
}

/** Publishes one post on its channels, side by side. Started with a delay until shortly before the instant. */
export async function publishPost(input: PublishPostInput): Promise<string[]> {
  const { workspaceId, generation, publishAt } = input
  return Promise.all(
    input.deliveries.map((delivery) =>
      runDelivery({ ...delivery, workspaceId, generation, publishAt }, 'deliver'),
    ),
  )
}
