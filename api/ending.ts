/** An orderly end: nobody new is taken in, what is being answered is answered, and whatever is open without end is closed. */
import type { Server, ServerResponse } from 'node:http'

const lookEveryMs = 50

/** Watches a server from its start; the returned function ends it within `patienceMs` and resolves when no connection is left. */
export function endingOf(server: Server, patienceMs = 5_000): () => Promise<void> {
  const answering = new Set<ServerResponse>()
  server.on('request', (_request, response: ServerResponse) => {
    answering.add(response)
    response.once('close', () => answering.delete(response))
  })
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const response of answering) if (isStream(response)) response.end()
    // A kept connection is idle only once its answer is out.
    const idle = setInterval(() => server.closeIdleConnections(), lookEveryMs)
    const late = setTimeout(() => server.closeAllConnections(), patienceMs)
    await closed
    clearInterval(idle)
    clearTimeout(late)
  }
}

/** Event streams never end by themselves; their clients come back to the next process. */
const isStream = (response: ServerResponse): boolean =>
  String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')
