/**
 * Model servers on this very machine, for whoever runs it. The one request of the product that does not go through the guarded fetch: fixed
 * addresses, a question without any data, short, and only when an operator looks at the page where the answer is offered.
 */
import { z } from 'zod'
import { assertOutside } from '../platform/db.ts'

/** Ollama, LM Studio, llama.cpp, vLLM. */
export const usualPlaces = [11434, 1234, 8080, 8000].map((port) => `http://127.0.0.1:${port}/v1`)
const patienceMs = 400
const Models = z.object({ data: z.array(z.object({ id: z.string().max(200) })).max(500) })

export interface FoundServer {
  baseUrl: string
  models: string[]
}

/** Those that answer with a list of models. */
export async function findModelServers(places = usualPlaces): Promise<FoundServer[]> {
  assertOutside('looking for model servers')
  const found = await Promise.all(places.map(look))
  return found.filter((server) => server !== null)
}

async function look(baseUrl: string): Promise<FoundServer | null> {
  try {
    const answer = await fetch(`${baseUrl}/models`, {
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    })
    if (!answer.ok) return null
    const { data } = Models.parse(await answer.json())
    return { baseUrl, models: data.map((model) => model.id) }
  } catch {
    // Nobody there, or somebody else: both are no offer.
    return null
  }
}
