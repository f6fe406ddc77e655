import { DefaultLogger, Runtime } from '@temporalio/worker'
import { beforeAll, describe, expect, it } from 'vitest'
import * as workflows from '../../workflows/index.ts'
import { historyText, recordedHistories, recordedTypes, replay } from '../support/histories.ts'
import { moreThanIds, payloadsOf } from '../support/ids-only.ts'

beforeAll(
  () =>
    void Runtime.install({
      logger: new DefaultLogger('ERROR'),
      // The controls are histories that do not fit: Core need not tell.
      telemetryOptions: { logging: { filter: 'ERROR' } },
    }),
)

describe('recorded histories', () => {
  it('are there for every workflow of the bundle, and for nothing else', () => {
    expect(recordedTypes().sort()).toEqual(Object.keys(workflows).sort())
    for (const type of recordedTypes()) expect(recordedHistories(type), type).not.toEqual([])
  })

  it('matter: words in the message of a failure are noticed', () => {
    const history = historyText('publishPost', 'broken-off')
    const telling = history.replace('"message": "internal"', '"message": "Ridgeline is refused"')
    expect(moreThanIds(telling).map((found) => found.value)).toEqual(['Ridgeline is refused'])
  })
})

describe.each(recordedTypes())('recorded histories of %s', (type) => {
  const names = recordedHistories(type)

  it.each(names)('“%s” is replayed by the present code', async (name) => {
    await expect(replay(historyText(type, name))).resolves.toBeUndefined()
  })

  it.each(names)('“%s” holds ids, instants, numbers and fixed words alone', (name) => {
    const history = historyText(type, name)
    expect(payloadsOf(history).length).toBeGreaterThan(0)
    expect(moreThanIds(history)).toEqual([])
  })

  it('matter: one that went another way is noticed', async () => {
    const [name] = names
    const other = withAnotherActivity(historyText(type, name!))
    await expect(replay(other)).rejects.toThrow(/[Nn]ondeterminism|determinism/)
  })

  it('matter: words in any payload are noticed', () => {
    for (const name of names) {
      const history = historyText(type, name)
      const all = payloadsOf(history)
      for (const [index, { at }] of all.entries())
        for (const canary of ['Ridgeline, now in green', { state: 'Ridgeline' }, { title: 'x' }])
          expect(
            moreThanIds(withPayload(history, index, canary)).map((found) => found.at),
            `${name}${at}`,
          ).toEqual([at])
    }
  })
})

/** The same history, as though its first activity had been another one. */
function withAnotherActivity(history: string): string {
  const [, first] = /"activityType": {\s*"name": "(\w+)"/.exec(history)!
  return history.replaceAll(`"name": "${first}"`, '"name": "anotherActivity"')
}

/** The same history with another content in its payload number `wanted`. */
function withPayload(history: string, wanted: number, content: unknown): string {
  let index = -1
  const data = Buffer.from(JSON.stringify(content)).toString('base64')
  const encoding = Buffer.from('json/plain').toString('base64')
  return JSON.stringify(
    JSON.parse(history, (_, value: unknown) => {
      const payload = value as { metadata?: { encoding?: string } } | null
      if (typeof payload !== 'object' || payload?.metadata?.encoding === undefined) return value
      index += 1
      return index === wanted ? { metadata: { encoding }, data } : value
    }),
  )
}
