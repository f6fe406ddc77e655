/** The data map against the database: what is not mapped is not stored, and what is mapped is there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import '../../../core/open.ts'
import { dataMaps, mappedColumns, words } from '../../../core/platform/data-map.ts'
import { inRoot } from '../../../scripts/lib/paths.ts'
import { tableOwners } from '../../../scripts/lib/table-names.ts'
import { askAdmin, createDatabase } from '../../support/database.ts'

let url: string
beforeAll(async () => {
  url = await createDatabase()
})

/** `table.column` of the whole schema; partitions are their table's. */
const stored = async (): Promise<string[]> =>
  (
    await askAdmin<{ name: string }>(
      url,
      `select c.relname || '.' || a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
         and a.attnum > 0 and not a.attisdropped`,
    )
  ).map(({ name }) => name)

const nameOf = ({ table, column }: { table: string; column: string }) => `${table}.${column}`
const mapped = () => mappedColumns().map(nameOf)

describe('the data map', () => {
  it('has every column of the database', async () => {
    const known = new Set(mapped())
    expect((await stored()).filter((name) => !known.has(name))).toEqual([])
  })
  it('has none that is not there, and none twice', async () => {
    const there = new Set(await stored())
    expect(mapped().filter((name) => !there.has(name))).toEqual([])
    expect(mapped().length).toBe(new Set(mapped()).size)
  })
  it('stands beside the model of each table', () => {
    const owners = tableOwners(inRoot())
    const elsewhere = mappedColumns().filter(
      ({ table, subject }) => owners.has(table) && owners.get(table) !== subject,
    )
    expect(elsewhere.map(nameOf)).toEqual([])
  })
  it('uses each word of its lists, and no other', () => {
    const stores = dataMaps.entries().flatMap(([, map]) => Object.values(map.stores ?? {}))
    const entries = [...mappedColumns(), ...stores]
    for (const [list, meanings] of Object.entries(words)) {
      const used = new Set(entries.map((entry) => entry[list as keyof typeof words]))
      expect([...used].sort(), list).toEqual(Object.keys(meanings).sort())
    }
  })

  describe('finds what somebody adds', () => {
    beforeAll(() => askAdmin(url, 'alter table posts add column mood text'))
    afterAll(() => askAdmin(url, 'alter table posts drop column mood'))
    it('as long as nobody says what it is for', async () => {
      const known = new Set(mapped())
      expect((await stored()).filter((name) => !known.has(name))).toEqual(['posts.mood'])
    })
  })
})
