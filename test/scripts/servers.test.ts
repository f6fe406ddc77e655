import pg from 'pg'
import { Connection } from '@temporalio/client'
import { expect, inject, test } from 'vitest'
import { adminUrlOf, createDatabase } from '../support/database.ts'

const ask = async (url: string, statement: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

const superuser = 'select rolsuper from pg_roles where rolname = current_user'

test('each database is one’s own and its login is no superuser', async () => {
  const [one, two] = await Promise.all([createDatabase(), createDatabase()])
  await ask(one, 'create table only_here (id int)')
  expect(await ask(two, `select to_regclass('only_here') as found`)).toEqual([{ found: null }])
  expect(await ask(one, superuser)).toEqual([{ rolsuper: false }])
  expect(await ask(adminUrlOf(one), superuser)).toEqual([{ rolsuper: true }])
})

test.skipIf(!inject('temporalAddress'))(
  'the dev server has our namespace and keeps histories for a week',
  async () => {
    const connection = await Connection.connect({ address: inject('temporalAddress') })
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'postaura' })
    await connection.close()
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(7 * 86_400)
  },
)
