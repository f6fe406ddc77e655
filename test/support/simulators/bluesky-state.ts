/** What the Bluesky simulator remembers. */
import type { Json } from '../../../networks/network.ts'

export interface Repo {
  did: string
  handle: string
  password: string
  active: boolean
  /** Records by `collection/rkey`. */
  records: Map<string, Stored>
  blobs: Map<string, { mime: string; bytes: number }>
}

export interface Stored {
  cid: string
  value: { [key: string]: Json }
}

export interface BlueskyState {
  origin: string
  now(): Date
  uploadBytesMax: number
  repos: Map<string, Repo>
  /** Renewal tokens that still work. */
  renewals: Map<string, Repo>
  access: Map<string, { repo: Repo; until: number }>
  sessionsCreated: number
  commits: number
}
