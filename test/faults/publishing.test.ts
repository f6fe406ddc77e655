/** Publishing under faults: whatever breaks, the network shows exactly one post, or a person is asked. Never two, never silently none. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { adminUrlOf } from '../support/database.ts'
import { expectOnce, kinds, networks, steps } from './expect-once.ts'
import { openScene, type Scene } from './scene.ts'

describe.skipIf(!inject('temporalAddress'))('publishing under faults', () => {
  describe.each(networks)('on %s', (name) => {
    let scene: Scene
    beforeAll(async () => {
      scene = await openScene(name)
    })
    afterAll(() => scene?.close())

    it.each(steps)('shows a post once when the work ends at “%s”', async (at) => {
      const sent = await scene.send({ at })
      expect(sent.fired).toBe(true)
      await expectOnce(scene, sent)
    })

    it.each(['before arming', 'armed', 'sent'] as const)(
      'shows a post once when every connection to the database is cut at “%s”',
      async (at) => {
        const sent = await scene.send({
          at,
          act: ({ config }) => cutConnections(config.databaseUrl),
        })
        expect(sent.fired).toBe(true)
        await expectOnce(scene, sent)
      },
    )

    // The page is in our own database: no call of its can be lost on the way.
    if (name === 'page') return
    it.each(kinds)('shows a post once when its call meets “%s”', async (kind) => {
      scene.faults.clear()
      scene.faults.add({ kind, on: 'publish', delayMs: 1_500 })
      const sent = await scene.send()
      expect(scene.faults.fired).toHaveLength(1)
      await expectOnce(scene, sent)
    })

    it('waits as long as a network asks for', async () => {
      scene.faults.clear()
      scene.faults.add({ kind: 'limited', on: 'publish' })
      const sent = await scene.send()
      expect(sent.state).toBe('scheduled')
      expect(sent.nextTryAt!.getTime()).toBeGreaterThan(Date.now())
      expect(await scene.visible(sent.text)).toBe(0)
    })

    it('keeps what happened as codes, and no sentence of ours', async () => {
      const kept = await scene.kept()
      expect(kept.codes.length).toBeGreaterThan(steps.length)
      expect(kept.codes.filter((code) => !/^[a-z][a-z_]*$/.test(code))).toEqual([])
      expect(kept.texts.filter((text) => /[.!?]$/.test(text))).toEqual([])
    })
  })

  it('matters: a network that is not asked shows posts twice', async () => {
    await using scene = await openScene('mastodon', { blind: true, server: { keepsKeys: false } })
    scene.faults.add({ kind: 'lost_reply', on: 'publish' })
    const sent = await scene.send()
    expect(scene.faults.fired).toHaveLength(1)
    expect(await scene.visible(sent.text)).toBe(2)
  })
})

/** Ends every other connection to one database and waits until it is gone, as a restart of the server would. */
async function cutConnections(databaseUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrlOf(databaseUrl) })
  await admin.connect()
  await admin.query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await admin.end()
}
