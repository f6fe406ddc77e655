/** The connections page's one harmless question: proves address, key, model and format without sending anything of the workspace. */
import { z } from 'zod'
import { type Tools, askConnection, learnedMode } from './ask.ts'
import { meaningOf } from './failures.ts'
import { createHealth } from './health.ts'
import { strictJsonSchema } from './structured.ts'
import type { Connection, ModelAttempt, ModelCall, TestResult } from './types.ts'

const Reply = z.object({ word: z.string().min(1) })

/** Asks, whether or not the connection is switched on. What is learned of its format is kept; its health is not touched. */
export async function testConnection(
  tools: Tools,
  connection: Connection,
  signal?: AbortSignal,
): Promise<TestResult> {
  const startedAt = tools.now().getTime()
  const call: ModelCall<z.infer<typeof Reply>> = {
    task: 'test',
    input: null,
    messages: [
      { role: 'system', content: 'You answer with JSON.' },
      { role: 'user', content: 'Answer with the JSON object {"word": "ready"}.' },
    ],
    schema: Reply,
    connections: [connection],
    policy: { version: 'test', starter: 'never' },
    // Reasoning models think before they say one word.
    maxOutputTokens: 1000,
    ...(signal ? { signal } : {}),
  }
  const attempts: ModelAttempt[] = []
  const result = await askConnection(
    { ...tools, health: createHealth(tools.now) },
    {
      call,
      connection,
      jsonSchema: strictJsonSchema(Reply),
      deadline: startedAt + 30_000,
      attempts,
    },
  )
  const ms = tools.now().getTime() - startedAt
  if (result.failure) {
    const { kind } = result.failure
    return {
      ok: false,
      ms,
      structured: null,
      model: null,
      failure: kind,
      message: meaningOf(kind),
    }
  }
  const model = attempts.at(-1)?.model ?? null
  return {
    ok: true,
    ms,
    structured: learnedMode(tools, connection),
    model,
    failure: null,
    message: `Answered in ${ms} ms.`,
  }
}
