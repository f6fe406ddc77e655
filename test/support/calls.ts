/** Calls endpoints as the mount does, by dispatch, with bodies as a client sends them. */
import type { EndpointName } from '#contract/endpoints.ts'
import type { InputOf, OutputOf } from '#contract/client.ts'
import { Problem } from '#contract/platform/problems.ts'
import { dispatch, type HandlerMap } from '../../api/dispatch.ts'
import type { Answer } from '../../api/request.ts'
import type { Actor } from '../../core/platform/actor.ts'
import type { Context } from '../../core/platform/context.ts'
import { uuidv7 } from '../../core/platform/uuid.ts'
import { ApiKey } from '../../core/identity/models/api-key.ts'
import { Membership } from '../../core/workspaces/models/membership.ts'
import { Person } from '../../core/identity/models/person.ts'
import { assertDocumented } from './documented.ts'

export type Call = <N extends EndpointName>(name: N, input: InputOf<N>) => Promise<OutputOf<N>>

export const personActor = (personId: string): Actor => ({
  kind: 'person',
  personId,
  sessionId: uuidv7(),
  ip: '127.0.0.1',
})

/** The whole answer, status and headers included. Throws Problem as dispatch does. Whatever comes has to stand in the OpenAPI document. */
export async function answerOf<N extends EndpointName>(
  ctx: Context,
  handlers: object,
  actor: Actor,
  name: N,
  input: InputOf<N>,
): Promise<Answer> {
  const {
    params = {},
    query = {},
    body,
    ifMatch,
  } = input as {
    params?: Record<string, string>
    query?: Record<string, unknown>
    body?: unknown
    ifMatch?: number
  }
  const request = {
    name,
    params,
    query,
    body: body === undefined ? undefined : JSON.parse(JSON.stringify(body)),
    headers: (ifMatch === undefined ? {} : { 'if-match': `"v${ifMatch}"` }) as Record<
      string,
      string
    >,
    actor,
  }
  try {
    const answer = await dispatch(ctx, handlers as HandlerMap, request)
    assertDocumented(name, { status: answer.status, headers: Object.keys(answer.headers) })
    return answer
  } catch (error) {
    if (error instanceof Problem) assertDocumented(name, error)
    throw error
  }
}

/** Calls as one actor and answers bodies. */
export const callsAs =
  (ctx: Context, handlers: object, actor: Actor): Call =>
  async (name, input) =>
    (await answerOf(ctx, handlers, actor, name, input)).body as never

/** Another person with a role in a workspace. */
export async function addMember(
  ctx: Context,
  workspaceId: string,
  role: 'owner' | 'editor' | 'viewer',
  name: string,
): Promise<string> {
  const personId = uuidv7()
  await ctx.db.tx({ person: personId, workspace: workspaceId }, async () => {
    await Person.create({
      id: personId,
      email: `${personId}@example.org`,
      name,
      sixteenAttestedAt: ctx.now(),
    })
    await Membership.create({ workspaceId, personId, role })
  })
  return personId
}

/** A key of a person, as an actor. */
export async function addKey(
  ctx: Context,
  workspaceId: string,
  personId: string,
  mayPublish: boolean,
): Promise<Actor> {
  const scopes = mayPublish ? ['read', 'write', 'publish'] : ['read', 'write']
  const keyId = uuidv7()
  await ctx.db.tx({ workspace: workspaceId }, () =>
    ApiKey.create({
      id: keyId,
      workspaceId,
      createdBy: personId,
      name: 'Key',
      hint: '…',
      scopes,
      hash: Buffer.from(keyId),
    }),
  )
  return { kind: 'key', keyId, workspaceId, personId, scopes, ip: '127.0.0.1' }
}
