/** Record keys of our own choosing: a TID is the microsecond and a clock number in 13 sortable characters (https://atproto.com/specs/tid). */
import { createHash } from 'node:crypto'

const digits = '234567abcdefghijklmnopqrstuvwxyz'

/** The key for part `index` of the post armed at `at` with `token`: the same three give the same key for ever. */
export function tidFor(token: string, at: Date, index: number): string {
  const random = createHash('sha256').update(token).digest().readUInt32BE(0)
  const micros = BigInt(at.getTime()) * 1000n + BigInt(random % 1000) + BigInt(index)
  let rest = (micros << 10n) | BigInt((random >>> 10) & 1023)
  let tid = ''
  for (let position = 0; position < 13; position += 1) {
    tid = digits[Number(rest & 31n)]! + tid
    rest >>= 5n
  }
  return tid
}
