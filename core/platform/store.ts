/** The object store as a port: where files are kept by key. Its kinds stand in `core/media/store/`. */
import type { Readable } from 'node:stream'

/** Bytes from `from` up to and without `to`. */
export interface ByteRange {
  from: number
  to: number
}

/** Objects by key: a workspace's id, a slash, a file's id. A key is written once, and what is there is whole. */
export interface Store {
  /** Writes a stream to its end. A stream that breaks leaves nothing behind. */
  put(key: string, body: AsyncIterable<Uint8Array>): Promise<void>
  /** What was put, or a part of it; null: there is nothing of this key. */
  open(key: string, range?: ByteRange): Promise<Readable | null>
  /** Removing what is not there is fine. */
  remove(key: string): Promise<void>
}
