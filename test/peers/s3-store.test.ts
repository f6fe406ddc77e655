import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../core/media/store/open.ts'
import type { Bucket } from '../../core/platform/bucket.ts'
import { readConfig } from '../../core/platform/config.ts'
import { uuidv7 } from '../../core/platform/uuid.ts'
import { ensureBinary } from '../../scripts/lib/fetch-binary.ts'
import { freshSecrets } from '../../scripts/lib/secrets.ts'
import { seaweedfs, startSeaweedfs, type ObjectStore } from '../../scripts/peers/seaweedfs.ts'
import { keepsFiles } from '../support/store-contract.ts'

const weed = await ensureBinary(seaweedfs).catch((error: Error) => {
  console.error(`no S3 server: ${error.message}`)
  return ''
})

/** As the product opens it. */
const storeOf = ({ endpoint, name, ...keys }: Bucket) =>
  openStore(
    readConfig({
      DATABASE_URL: 'postgres://127.0.0.1/none',
      ...freshSecrets(),
      S3_ENDPOINT: endpoint,
      S3_BUCKET: name,
      S3_ACCESS_KEY_ID: keys.accessKeyId,
      S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
    }),
  )

describe.skipIf(!weed)('a bucket as the store', () => {
  let server: ObjectStore
  beforeAll(async () => {
    server = await startSeaweedfs(weed)
  }, 90_000)
  afterAll(() => server.close())

  keepsFiles(() => storeOf(server.bucket))
  it('says that it was refused, and nothing of the key', async () => {
    const store = storeOf({ ...server.bucket, secretAccessKey: 'another' })
    await expect(store.open(`${uuidv7()}/${uuidv7()}`)).rejects.toThrow(
      /^the object store answered 403 SignatureDoesNotMatch$/,
    )
  })
})
