/** What stands behind the port `pages`: PostAura's own database, which answers like any other server that commits and replies. */
export interface Pages {
  /** Puts a post on the workspace's page, hidden until `showAt`; the same delivery twice is one post. Returns its address. */
  put(
    deliveryId: string,
    post: { segments: { text: string; assetIds: string[] }[]; language: string },
    showAt?: Date,
  ): Promise<{ id: string; url: string }>
  find(deliveryId: string): Promise<{ id: string; url: string } | null>
  remove(deliveryId: string): Promise<void>
}
