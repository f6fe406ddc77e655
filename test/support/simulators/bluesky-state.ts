/** What the Bluesky simulator remembers. */
import type { Json } from '../../../networks/network.ts'

export interface Repo {
  did: string
  handle: string
  password: string
  active: boolean
  /** Its tokens are still good, and there is nothing left that they are good for. */
  deleted: boolean
  /** Records by `collection/rkey`. */
  records: Map<string, Stored>
  blobs: Map<string, { mime: string; bytes: number }>
}

export interface Stored {
  cid: string
  value: { [key: string]: Json }
}

export interface Renewal {
  repo: Repo
  until: number
  /** The token that came in its place: asking again brings the same one. */
  next: string | null
}

export interface BlueskyState {
  origin: string
  now(): Date
  uploadBytesMax: number
  repos: Map<string, Repo>
  /** Every renewal token there ever was. */
  renewals: Map<string, Renewal>
  access: Map<string, { repo: Repo; until: number }>
  sessionsCreated: number
  commits: number
}
