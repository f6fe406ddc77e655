import { readFileSync } from 'node:fs'
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

test('nothing of what people wrote gets into the log of Postgres, whatever goes wrong with it', async () => {
  const url = await createDatabase()
  const log = () => readFileSync(inject('postgresLog'), 'utf8')
  const wrong = [
    ask(url, `select 'CANARY-literal' from nowhere`),
    ask(url, 'select $1::jsonb', ['{"text":"CANARY-parameter\\u0000"}']),
    ask(url, 'select $1::uuid', ['CANARY-message']),
  ]
  for (const { status } of await Promise.allSettled(wrong)) expect(status).toBe('rejected')
  expect(log()).not.toContain('CANARY')
  // The twin: what Postgres says unless told otherwise.
  const session = 'set log_min_messages = error; set log_min_error_statement = error'
  await expect(askAdmin(url, `${session}; select 'CANARY-twin' from nowhere`)).rejects.toThrow()
  await expect.poll(log).toContain('CANARY-twin')
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
