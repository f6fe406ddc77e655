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
export function successorOf(rotationKey: string, presented: string, purpose: string): string {
  const key = Buffer.from(rotationKey, 'base64url')
  return createHmac('sha256', key).update(`${purpose}\0${presented}`).digest('base64url')
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [a, b].map(hashToken)
  return timingSafeEqual(left!, right!)
}
