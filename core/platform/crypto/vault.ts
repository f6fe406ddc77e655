/**
 * Seals secrets for the database. Fernet has no associated data, so the row that a secret belongs to stands inside the plaintext and is
 * checked when it is opened: whoever can write rows cannot move one account's token into another's.
 */
import { fernet } from './fernet.ts'

/** The one place where a sealed value may stand. */
export interface Row {
  table: string
  id: string
  field: string
}

export interface Vault {
  seal(row: Row, value: string | object): string
  /** The value as it was sealed; throws when it was sealed for another row, altered, or under an unknown key. */
  open<T extends string | object = string>(row: Row, sealed: string): T
  /** True when a sealed value is not under the newest key. */
  underOldKey(sealed: string): boolean
  /** The same value for the same row under the newest key. */
  rotate(row: Row, sealed: string): string
}

interface Envelope {
  v: 1
  row: string
  value: string | object
}

/** A vault over Fernet keys, newest first. */
export function createVault(keys: readonly string[]): Vault {
  const ring = fernet(keys)
  const open = (row: Row, sealed: string): Envelope['value'] => {
    const envelope = JSON.parse(ring.decrypt(sealed).toString('utf8')) as Envelope
    if (envelope.v !== 1 || envelope.row !== nameOf(row))
      throw new Error(`a sealed value in ${row.table}.${row.field} belongs to another row`)
    return envelope.value
  }
  return {
    seal: (row, value) =>
      ring.encrypt(JSON.stringify({ v: 1, row: nameOf(row), value } satisfies Envelope)),
    open: <T>(row: Row, sealed: string) => open(row, sealed) as T,
    underOldKey: (sealed) => ring.keyOf(sealed) !== 0,
    rotate: (row, sealed) => {
      open(row, sealed)
      return ring.rotate(sealed)
    },
  }
}

/** JSON, so that no part can flow over into the next. */
const nameOf = (row: Row): string => JSON.stringify([row.table, row.id, row.field])
