import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { GenerateActivities } from '../../../activities/generation/generate.ts'

const posts = 5

describe.skipIf(!inject('temporalAddress'))(
  'a campaign of more posts than one execution writes',
  () => {
    const prefix = `t-${randomBytes(4).toString('hex')}-`
    const drafted: number[] = []
    const finished: string[] = []
    const planned: string[] = []
    const activities: GenerateActivities = {
      planRun: async ({ runId }) => (planned.push(runId), posts),
      draftPost: async ({ slotIndex }) => drafted.push(slotIndex) > 0,
      finishRun: async ({ as }) => void finished.push(as),
    }
    let connection: NativeConnection
    let workers: Worker[]
    let running: Promise<unknown>

    beforeAll(async () => {
      Runtime.install({ logger: new DefaultLogger('ERROR') })
      connection = await NativeConnection.connect({ address: inject('temporalAddress') })
      const common = { connection, namespace: 'postaura' }
      workers = await Promise.all([
        Worker.create({
          ...common,
          taskQueue: `${prefix}main`,
          workflowBundle: { codePath: inject('workflowBundle') },
        }),
        Worker.create({ ...common, taskQueue: `${prefix}writing`, activities }),
      ])
      running = Promise.all(workers.map((w) => w.run()))
    })
    afterAll(async () => {
      for (const worker of workers) worker.shutdown()
      await running
      await connection.close()
    })

    it('continues as a new execution, and writes each post once', async () => {
      const own = await Connection.connect({ address: inject('temporalAddress') })
      const client = new Client({ connection: own, namespace: 'postaura' })
      const handle = await client.workflow.start('generateCampaign', {
        workflowId: `run:${prefix}`,
        taskQueue: `${prefix}main`,
        args: [{ runId: 'r', workspaceId: 'w', campaignId: 'c', atOnce: 2 }],
      })
      expect(await handle.result()).toBe('done')
      await own.close()
      expect(drafted).toEqual(Array.from({ length: posts }, (_, i) => i))
      expect(planned).toHaveLength(3)
      expect(finished).toEqual(['done'])
    })
  },
)
