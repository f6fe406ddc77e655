/**
 * Fernet (https://github.com/fernet/spec) on node:crypto. Ours, because the npm package accepts tokens that the specification's own
 * test vectors call invalid. Strict: one encoding per token, the MAC before anything else, padding checked.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

const VERSION = 0x80
const HEADER = 25 // version, 8 bytes of time, 16 of IV
const MAC = 32
const BLOCK = 16
/** How far a token's time may lie ahead of ours, in seconds. */
const SKEW = 60

interface Key {
  signing: Buffer
  encryption: Buffer
}

export interface Ring {
  /** A token under the newest key. */
  encrypt(plain: Uint8Array | string, at?: { time?: number; iv?: Uint8Array }): string
  /** The plaintext, whichever key it is under; throws when no key fits. `ttl` and `now` are in seconds. */
  decrypt(token: string, limits?: { ttl: number; now: number }): Buffer
  /** The same plaintext and time under the newest key. */
  rotate(token: string): string
  /** Position of the key that a token is under, 0 for the newest; -1 when none fits. */
  keyOf(token: string): number
}

/** Thrown for every token that is not right; never says why to whoever presents it. */
export class InvalidToken extends Error {
  constructor(reason: string) {
    super(`not a valid Fernet token: ${reason}`)
    this.name = 'InvalidToken'
  }
}

/** A ring of keys in base64url as Fernet writes them, newest first. */
export function fernet(keys: readonly string[]): Ring {
  if (keys.length === 0) throw new Error('Fernet needs at least one key')
  const ring = keys.map(readKey)
  const newest = ring[0]!
  const find = (data: Buffer): number => ring.findIndex((key) => hasMac(key, data))
  const read = (token: string): { data: Buffer; key: Key } => {
    const data = decode(token)
    const key = ring[find(data)]
    if (!key) throw new InvalidToken('no key fits')
    return { data, key }
  }
  return {
    encrypt: (plain, at = {}) =>
      seal(
        newest,
        typeof plain === 'string' ? Buffer.from(plain) : plain,
        at.time ?? Math.floor(Date.now() / 1000),
        at.iv ?? randomBytes(BLOCK),
      ),
    decrypt: (token, limits) => {
      const { data, key } = read(token)
      if (limits) checkTime(timeOf(data), limits)
      return unseal(key, data)
    },
    rotate: (token) => {
      const { data, key } = read(token)
      return seal(newest, unseal(key, data), timeOf(data), randomBytes(BLOCK))
    },
    keyOf: (token) => find(decode(token)),
  }
}

function readKey(text: string): Key {
  const bytes = canonical(text)
  if (!bytes || bytes.length !== 32) throw new Error('a Fernet key is 32 bytes in base64url')
  return { signing: bytes.subarray(0, 16), encryption: bytes.subarray(16) }
}

/** Bytes of a padded base64url text, or null when there is another way to write the same bytes. */
function canonical(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  const padded = bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
  return padded === text ? bytes : null
}

function decode(token: string): Buffer {
  const data = canonical(token)
  if (!data) throw new InvalidToken('encoding')
  if (data.length < HEADER + BLOCK + MAC) throw new InvalidToken('length')
  if ((data.length - HEADER - MAC) % BLOCK !== 0) throw new InvalidToken('length')
  if (data[0] !== VERSION) throw new InvalidToken('version')
  return data
}

const mac = (key: Key, data: Uint8Array): Buffer =>
  createHmac('sha256', key.signing).update(data).digest()

const hasMac = (key: Key, data: Buffer): boolean =>
  timingSafeEqual(mac(key, data.subarray(0, -MAC)), data.subarray(-MAC))

const timeOf = (data: Buffer): number => Number(data.readBigUInt64BE(1))

function checkTime(time: number, { ttl, now }: { ttl: number; now: number }): void {
  if (time > now + SKEW) throw new InvalidToken('from the future')
  if (time + ttl < now) throw new InvalidToken('expired')
}

function seal(key: Key, plain: Uint8Array, time: number, iv: Uint8Array): string {
  const header = Buffer.alloc(9)
  header[0] = VERSION
  header.writeBigUInt64BE(BigInt(time), 1)
  const cipher = createCipheriv('aes-128-cbc', key.encryption, iv)
  const signed = Buffer.concat([header, iv, cipher.update(plain), cipher.final()])
  const bytes = Buffer.concat([signed, mac(key, signed)])
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function unseal(key: Key, data: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-cbc', key.encryption, data.subarray(9, HEADER))
  try {
    return Buffer.concat([decipher.update(data.subarray(HEADER, -MAC)), decipher.final()])
  } catch (cause) {
    throw Object.assign(new InvalidToken('padding'), { cause })
  }
}
