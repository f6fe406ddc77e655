/**
 * The content id a server will give a record: SHA-256 of its DAG-CBOR. Knowing it beforehand lets a thread refer to its own parts, so that all
 * of them go out in one atomic call. Only what our records hold is encoded: text, whole numbers, booleans, lists, maps and links.
 */
import { createHash } from 'node:crypto'
import type { Json } from '../network.ts'

const base32 = 'abcdefghijklmnopqrstuvwxyz234567'
/** CIDv1, DAG-CBOR, SHA-256, 32 bytes. */
const cidPrefix = Buffer.from([0x01, 0x71, 0x12, 0x20])

export function cidOf(record: Json): string {
  const digest = createHash('sha256').update(encode(record)).digest()
  return `b${toBase32(Buffer.concat([cidPrefix, digest]))}`
}

function encode(value: Json): Buffer {
  if (value === null) return Buffer.from([0xf6])
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4])
  if (typeof value === 'number') return wholeNumber(value)
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)])
  const keys = Object.keys(value)
  if (keys.length === 1 && typeof value.$link === 'string') return link(value.$link)
  return map(value)
}

function wholeNumber(value: number): Buffer {
  if (!Number.isSafeInteger(value)) throw new TypeError('a record holds whole numbers only')
  return value < 0 ? head(1, -1 - value) : head(0, value)
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([head(3, bytes.length), bytes])
}

/** Shorter keys first, then bytewise: the one order DAG-CBOR allows. Fields without a value do not exist. */
function map(value: { [key: string]: Json }): Buffer {
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => ({ key: Buffer.from(key, 'utf8'), field }))
    .sort((a, b) => a.key.length - b.key.length || Buffer.compare(a.key, b.key))
  return Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(({ key, field }) => [head(3, key.length), key, encode(field)]),
  ])
}

/** Tag 42 around the CID's bytes with a leading zero. */
function link(cid: string): Buffer {
  const bytes = Buffer.concat([Buffer.from([0]), fromBase32(cid.slice(1))])
  return Buffer.concat([head(6, 42), head(2, bytes.length), bytes])
}

function head(major: number, size: number): Buffer {
  const type = major << 5
  if (size < 24) return Buffer.from([type | size])
  if (size < 0x100) return Buffer.from([type | 24, size])
  if (size < 0x10000) return Buffer.from([type | 25, size >> 8, size & 0xff])
  const wide = Buffer.alloc(size < 0x100000000 ? 5 : 9)
  wide[0] = type | (wide.length === 5 ? 26 : 27)
  if (wide.length === 5) wide.writeUInt32BE(size, 1)
  else wide.writeBigUInt64BE(BigInt(size), 1)
  return wide
}

function toBase32(bytes: Buffer): string {
  let bits = 0
  let held = 0
  let out = ''
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += base32[(held >> bits) & 31]
      held &= (1 << bits) - 1
    }
  }
  return bits > 0 ? out + base32[(held << (5 - bits)) & 31] : out
}

function fromBase32(encoded: string): Buffer {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const digit of encoded) {
    held = (held << 5) | base32.indexOf(digit)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((held >> bits) & 255)
      held &= (1 << bits) - 1
    }
  }
  return Buffer.from(bytes)
}
