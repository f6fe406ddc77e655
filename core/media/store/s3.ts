/** Files in a bucket of an S3-compatible store. Every request is signed and leaves through the guarded fetch. */
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { AwsClient } from 'aws4fetch'
import type { Bucket } from '../../platform/bucket.ts'
import type { Http } from '../../platform/http/http.ts'
import type { ByteRange, Store } from '../../platform/store.ts'

/** What is held in memory of a file that is written. S3 takes 10,000 parts of at least 5 MiB. */
const partBytes = 8 * 1024 * 1024

type Ask = (method: string, key: string, query?: string, init?: Sent) => Promise<Response>
interface Sent {
  body?: Uint8Array<ArrayBuffer> | string
  headers?: Record<string, string>
}

export function s3Store(bucket: Bucket, http: Http): Store {
  const ask = asking(bucket, http)
  return {
    async put(key, body) {
      const parts = inParts(body)
      const first = await parts.next()
      const second = first.done ? first : await parts.next()
      if (second.done)
        return void (await ask('PUT', key, '', { body: first.value ?? new Uint8Array() }))
      await putParts(ask, key, chained([first.value!, second.value], parts))
    },
    async open(key, range) {
      if (range && range.to <= range.from) return null
      const response = await ask('GET', key, '', range && { headers: rangeHeader(range) })
      if (response.status === 404 || !response.body) return null
      return Readable.fromWeb(response.body as WebStream)
    },
    async remove(key) {
      await ask('DELETE', key)
    },
  }
}

const rangeHeader = ({ from, to }: ByteRange) => ({ range: `bytes=${from}-${to - 1}` })

function asking({ endpoint, name, region, ...keys }: Bucket, http: Http): Ask {
  const client = new AwsClient({ ...keys, region, service: 's3' })
  return async (method, key, query = '', { body, headers = {} } = {}) => {
    const url = `${endpoint}/${name}/${key}${query}`
    const signed = await client.sign(url, { method, headers, ...(body ? { body } : {}) })
    const response = await http(url, {
      method,
      headers: signed.headers,
      ...(body ? { body } : {}),
    })
    if (response.ok || (response.status === 404 && method !== 'PUT' && method !== 'POST'))
      return response
    const [, code = ''] = /<Code>(\w+)<\/Code>/.exec(await response.text()) ?? []
    throw new Error(`the object store answered ${response.status} ${code}`)
  }
}

/** A multipart upload; broken off it is aborted, so that the store keeps no parts of it. */
async function putParts(ask: Ask, key: string, parts: AsyncIterable<Uint8Array<ArrayBuffer>>) {
  const id = idIn(await (await ask('POST', key, '?uploads=')).text())
  try {
    const tags: string[] = []
    for await (const body of parts) {
      const query = `?partNumber=${tags.length + 1}&uploadId=${id}`
      const answer = await ask('PUT', key, query, { body })
      tags.push(answer.headers.get('etag') ?? '')
    }
    const list = tags.map(
      (tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tag}</ETag></Part>`,
    )
    const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
    const answer = await (await ask('POST', key, `?uploadId=${id}`, { body })).text()
    // It answers 200 before it knows.
    if (answer.includes('<Error>')) throw new Error('the object store did not complete a file')
  } catch (error) {
    await ask('DELETE', key, `?uploadId=${id}`).catch(() => undefined)
    throw error
  }
}

function idIn(xml: string): string {
  const [, id] = /<UploadId>([^<]+)<\/UploadId>/.exec(xml) ?? []
  if (!id) throw new Error('the object store began no upload')
  return encodeURIComponent(id)
}

/** Pieces of any size as parts of one size, the last one shorter. */
async function* inParts(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    held.push(piece)
    size += piece.length
    while (size >= partBytes) {
      const all = Buffer.concat(held)
      yield all.subarray(0, partBytes)
      held = [all.subarray(partBytes)]
      size = all.length - partBytes
    }
  }
  if (size > 0) yield Buffer.concat(held)
}

async function* chained<T>(first: T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* first
  yield* rest
}
