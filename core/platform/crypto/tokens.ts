/** Opaque tokens: 256 random bits for their holder, a SHA-256 for us. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** A new token, 43 characters of base64url after the prefix. */
export const newToken = (prefix = ''): string => prefix + randomBytes(32).toString('base64url')

/** What is stored in a token's place. A fast hash is right here: nobody guesses 256 random bits. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * The token that follows a presented one. The same question has the same answer, so that a client whose reply was lost gets it again
 * without a plaintext having been kept.
 */
export const successorOf = (rotationKey: string, presented: string, purpose: string): string =>
  keyedHash(rotationKey, purpose, presented).toString('base64url')

/** A hash that nobody computes without the key (base64url); `purpose` keeps those of one use from being tried in another. */
export const keyedHash = (key: string, purpose: string, text: string | Buffer): Buffer =>
  createHmac('sha256', Buffer.from(key, 'base64url')).update(`${purpose}\0`).update(text).digest()

/** Compares in a time that does not depend on where the texts differ. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [a, b].map(hashToken)
  return timingSafeEqual(left!, right!)
}
