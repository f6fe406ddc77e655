import { DefaultLogger, Runtime } from '@temporalio/worker'
import { beforeAll, describe, expect, it } from 'vitest'
import { historyText, recordedHistories, replay } from '../support/histories.ts'

const type = 'generateCampaign'

describe('recorded histories of writing a campaign', () => {
  beforeAll(() => void Runtime.install({ logger: new DefaultLogger('ERROR') }))

  it('are there', () => {
    expect(recordedHistories(type)).toEqual(['cancelled', 'done', 'failed'])
  })
  it.each(recordedHistories(type))(
    'of one that is %s is replayed by the present code',
    async (name) => {
      await expect(replay(historyText(type, name))).resolves.toBeUndefined()
    },
  )
  it('matter: one that went another way is noticed', async () => {
    const other = historyText(type, 'done').replaceAll('"draftPost"', '"anotherActivity"')
    await expect(replay(other)).rejects.toThrow(/[Nn]ondeterminism|determinism/)
  })
})
