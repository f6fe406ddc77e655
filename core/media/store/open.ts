/** The object store that the configuration names: a bucket, else a folder of this machine. */
import { join } from 'node:path'
import type { Config } from '../../platform/config.ts'
import { createHttp } from '../../platform/http/http.ts'
import type { Store } from '../../platform/store.ts'
import { folderStore } from './folder.ts'
import { s3Store } from './s3.ts'

export function openStore({ bucket, dataDir }: Config): Store {
  if (!bucket) return folderStore(join(dataDir, 'files'))
  // The operator named this server, wherever it stands; a file takes as long as it takes, but not while nothing moves.
  const http = createHttp({
    allowPrivateOrigins: [bucket.endpoint],
    timeoutMs: 30_000,
    totalMs: 60 * 60_000,
    maxBytes: Infinity,
  })
  return s3Store(bucket, http)
}
