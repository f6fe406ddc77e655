/**
 * How often something may be done in a while, over all processes together. A process leases a part of what is left from Postgres and serves
 * from memory until it is used up: no write per request, and never more than the limit. What a process leased and did not use is lost when
 * the window ends, so a lease is a small part of what is left, and the nearer the end the smaller.
 */
import { keyedHash } from './crypto/tokens.ts'
import { rows, type Database } from './db.ts'

export interface Limit {
  most: number
  /** From the first of them on. */
  windowMs: number
}

/** Every limit there is. Requests are counted for people and keys each, and for an address without either. */
export const usualLimits = {
  'api.known': { most: 1200, windowMs: 60_000 },
  'api.unknown': { most: 120, windowMs: 60_000 },
  /** Sign-ins, registrations and password changes of one address. */
  'password.tries': { most: 30, windowMs: 600_000 },
} satisfies Record<string, Limit>
export type LimitName = keyof typeof usualLimits

export interface Taken {
  allowed: boolean
  most: number
  windowMs: number
  /** What is left, as far as this process knows. */
  left: number
  /** Until a new window begins. */
  waitMs: number
}

export interface Limits {
  /** Takes `n` of what `subject` (a person, a key, an address) may do; refused, nothing is taken. Never inside a unit of work. */
  take(limit: LimitName, subject: string, n?: number): Promise<Taken>
}

/** Of what is left, the part that is leased at a time. */
const share = 10
/** So many leases are looked through for old ones before a new one is kept. */
const keptMax = 10_000

interface Lease {
  /** By `performance.now()`, never later than by the database's clock. */
  endsAt: number
  mine: number
  /** What was left for everybody when it was last asked. */
  others: number
  /** So much more was refused in this window. */
  refused: number
  asking?: Promise<void>
}

interface Needs {
  db: Database
  /** Subjects are kept as keyed hashes: addresses of people are nobody's business. */
  key: string
}

export function createLimits(needs: Needs, limits: Record<LimitName, Limit> = usualLimits): Limits {
  const leases = new Map<string, Lease>()
  const leaseOf = (key: string): Lease => {
    const found = leases.get(key)
    if (found && (found.asking || found.endsAt > performance.now())) return found
    if (leases.size >= keptMax) forgetOld(leases)
    const fresh = { endsAt: Infinity, mine: 0, others: 0, refused: Infinity }
    leases.set(key, fresh)
    return fresh
  }
  return {
    async take(name, subject, n = 1) {
      const limit = limits[name]
      for (;;) {
        const lease = leaseOf(`${name} ${subject}`)
        if (lease.asking) {
          await lease.asking
          continue
        }
        const missing = n - lease.mine
        const allowed = missing <= 0
        if (allowed) lease.mine -= n
        if (allowed || missing >= lease.refused)
          return {
            ...limit,
            allowed,
            left: lease.mine + lease.others,
            waitMs: lease.endsAt - performance.now(),
          }
        const asked = { name, subject, limit }
        lease.asking = ask(needs, asked, missing, lease).finally(() => delete lease.asking)
      }
    },
  }
}

function forgetOld(leases: Map<string, Lease>): void {
  const now = performance.now()
  for (const [key, lease] of leases) if (!lease.asking && lease.endsAt <= now) leases.delete(key)
}

interface Asked {
  name: LimitName
  subject: string
  limit: Limit
}

/** Leases at least `n`, or notes that there is not so much. */
async function ask({ db, key }: Needs, asked: Asked, n: number, lease: Lease): Promise<void> {
  const { most, windowMs } = asked.limit
  const subject = keyedHash(key, 'limit', asked.subject)
  const before = performance.now()
  const [row] = await db.tx({ role: 'jobs' }, () =>
    rows<{ granted: number; taken: number; ms: number }>(leaseOne, [
      asked.name,
      subject,
      most,
      windowMs,
      n,
    ]),
  )
  const { granted, taken, ms } = row!
  const endsAt = before + ms
  // Another window than that of what is still here.
  if (endsAt > lease.endsAt + windowMs / 2) lease.mine = 0
  lease.endsAt = endsAt
  lease.mine += granted
  lease.others = most - taken
  lease.refused = granted > 0 ? Infinity : n
}

/**
 * One statement, so that processes that ask at once take turns at the row. $1 limit, $2 subject, $3 most, $4 length of a window, $5 needed. A
 * window that is over counts as one that has just begun.
 */
const leaseOne = `
  insert into allowances as a (limit_name, subject, ends_at, taken, granted)
    values ($1, $2, now() + $4 * interval '1 millisecond', ${granted('$3::int')}, ${granted('$3::int')})
  on conflict (limit_name, subject) do update set
    ends_at = case when a.ends_at > now() then a.ends_at else excluded.ends_at end,
    granted = case when a.ends_at > now() then ${granted('($3 - a.taken)')} else excluded.granted end,
    taken = case when a.ends_at > now() then a.taken + ${granted('($3 - a.taken)')} else excluded.taken end
  returning granted, taken, (extract(epoch from ends_at - now()) * 1000)::float8 as ms`

function granted(left: string): string {
  return `case when ${left} < $5::int then 0 else greatest($5::int, ${left} / ${share}) end`
}
