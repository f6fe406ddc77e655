/** Who asks. A key acts in one workspace, on behalf of whoever made it. */
export type Actor =
  | { kind: 'anonymous'; ip: string }
  | { kind: 'person'; personId: string; sessionId: string; ip: string }
  | {
      kind: 'key'
      keyId: string
      workspaceId: string
      personId: string | null
      /** Scopes of the policy that the key was made with. */
      scopes: string[]
      ip: string
    }

/** The person behind an actor, if there is one. */
export const personOf = (actor: Actor): string | undefined =>
  actor.kind === 'anonymous' ? undefined : (actor.personId ?? undefined)

/** How an actor is called where rows belong to it. */
export const actorKey = (actor: Actor): string =>
  actor.kind === 'person'
    ? `person:${actor.personId}`
    : actor.kind === 'key'
      ? `key:${actor.keyId}`
      : 'anonymous'
