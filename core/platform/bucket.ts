/** The variables of a bucket for media: all of them or none. */
import { z } from 'zod'

export const bucketVariables = {
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Base URL of an S3-compatible store for media; empty: a folder in DATA_DIR'),
  S3_BUCKET: z.string().default('').describe('Its bucket, which has to be there'),
  S3_REGION: z.string().default('us-east-1').describe('Its region'),
  S3_ACCESS_KEY_ID: z.string().default('').describe('Its key'),
  S3_SECRET_ACCESS_KEY: z.string().default('').describe('The secret of its key'),
}
type Variables = z.infer<z.ZodObject<typeof bucketVariables>>

/** Where media are kept when it is not a folder. */
export interface Bucket {
  /** Base URL of the server, without the bucket. */
  endpoint: string
  region: string
  name: string
  accessKeyId: string
  secretAccessKey: string
}

/** One of them without the others is a mistake, said at each that is missing. */
export function checkBucket(given: Variables, check: z.RefinementCtx): void {
  const needed = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const
  const missing = needed.filter((name) => !given[name])
  if (missing.length === needed.length) return
  const message = 'is needed when media are kept in a bucket'
  for (const name of missing) check.addIssue({ code: 'custom', path: [name], message })
}

export function bucketOf(given: Variables): Bucket | null {
  if (!given.S3_ENDPOINT) return null
  return {
    endpoint: given.S3_ENDPOINT.replace(/\/$/, ''),
    region: given.S3_REGION,
    name: given.S3_BUCKET,
    accessKeyId: given.S3_ACCESS_KEY_ID,
    secretAccessKey: given.S3_SECRET_ACCESS_KEY,
  }
}
