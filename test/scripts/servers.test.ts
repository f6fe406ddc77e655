import { Connection } from '@temporalio/client'
import { expect, inject, test } from 'vitest'
import { ask, askAdmin, createDatabase, ownerUrlOf } from '../support/database.ts'

const superuser = 'select rolsuper from pg_roles where rolname = current_user'

test('each database is one’s own and its login is no superuser', async () => {
  const [one, two] = await Promise.all([createDatabase(), createDatabase()])
  await ask(ownerUrlOf(one), 'create table only_here (id int)')
  expect(await ask(two, `select to_regclass('only_here') as found`)).toEqual([{ found: null }])
  expect(await ask(one, superuser)).toEqual([{ rolsuper: false }])
  expect(await askAdmin(one, superuser)).toEqual([{ rolsuper: true }])
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
