import { describe, expect, it } from 'vitest'
import { createClient, type WireRequest } from '#contract/client.ts'
import { Problem } from '#contract/platform/problems.ts'

const workspaceId = '01890000-0000-7000-8000-000000000001'

function recorded(answer: { status: number; body: unknown; retryAfter?: number }) {
  const sent: WireRequest[] = []
  const client = createClient(async (request) => {
    sent.push(request)
    return answer
  })
  return { sent, client }
}

describe('the typed client', () => {
  it('puts parameters into the path, lists into the query and the version into If-Match', async () => {
    const { sent, client } = recorded({ status: 200, body: { data: [], next: null } })
    await client.listPosts({
      params: { workspaceId },
      query: { shown: ['failed', 'missed'], q: 'a b' },
    })
    await client.updatePost({ params: { workspaceId, postId: workspaceId }, body: {}, ifMatch: 4 })
    expect(sent[0]).toMatchObject({
      name: 'listPosts',
      method: 'get',
      path: `/workspaces/${workspaceId}/posts?shown=failed%2Cmissed&q=a+b`,
    })
    expect(sent[1]!.headers).toMatchObject({
      'if-match': '"v4"',
      'content-type': 'application/json',
    })
  })
  it('throws the same Problem that the server threw', async () => {
    const { client } = recorded({
      status: 409,
      body: { code: 'already_sending', detail: 'Sending to Bluesky has begun.' },
    })
    const thrown = await client.getMe({}).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(Problem)
    expect(thrown).toMatchObject({
      kind: 'already_sending',
      detail: 'Sending to Bluesky has begun.',
    })
  })
  it('takes an unreadable error for internal', async () => {
    const { client } = recorded({ status: 502, body: undefined })
    await expect(client.getMe({})).rejects.toMatchObject({ kind: 'internal' })
  })
})
