import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { whenAt } from '../../../core/platform/time.ts'
import { hire, words, type PostOut, type Staff } from '../../support/staff.ts'
import { createWorld, eventually, type World } from '../../support/world.ts'

describe.skipIf(!inject('temporalAddress'))('a post from its first words until it is out', () => {
  let world: World
  let staff: Staff

  beforeAll(async () => {
    world = await createWorld()
    await world.work()
    staff = await hire(world)
  })
  afterAll(() => world[Symbol.asyncDispose]())

  const until = (post: PostOut, shown: string) =>
    eventually(async () => {
      const now = await staff.viewer('getPost', { params: staff.on(post) })
      return now.shown === shown && now
    })
  const ready = async (text: string) => {
    const post = await staff.draft(staff.editor, { content: words(text), when: undefined })
    const body = { contentVersion: post.contentVersion }
    return staff.owner('approvePost', { params: staff.on(post), body })
  }

  it('is published now, with its address, and can then be neither edited nor cancelled', async () => {
    const post = await ready('Out at once.')
    await staff.owner('publishPost', { params: staff.on(post) })
    const out = await until(post, 'published')
    expect(out.deliveries[0]).toMatchObject({
      state: 'published',
      channelName: 'Our page',
      canTakeDown: true,
      permalink: expect.stringContaining('http'),
    })
    const edit = { content: words('Changed my mind.') }
    const edited = staff.owner('updatePost', {
      params: staff.on(post),
      ifMatch: out.version,
      body: edit,
    })
    await expect(edited).rejects.toThrow('is already on Our page')
    await expect(staff.owner('cancelPost', { params: staff.on(post) })).rejects.toMatchObject({
      kind: 'already_sending',
    })
    const { data } = await staff.viewer('listMoves', { params: staff.on(post) })
    expect(data.map((m) => m.to)).toEqual(['scheduled', 'publishing', 'published'])
    const today = await staff.viewer('getToday', { params: staff.ws })
    expect(today.justOut[0]!.title).toBe('Out at once.')
  })

  it('goes out with the words it had at its instant, when an approver changed them while it waited', async () => {
    const post = await ready('The first words.')
    const soon = new Date(Math.ceil((Date.now() + 90_000) / 60_000) * 60_000)
    const body = { when: whenAt(soon, 'Europe/Berlin') }
    const waiting = await staff.owner('schedulePost', { params: staff.on(post), body })
    const changed = await staff.owner('updatePost', {
      params: staff.on(post),
      ifMatch: waiting.version,
      body: { content: words('The last words.') },
    })
    expect(changed).toMatchObject({ shown: 'scheduled', state: 'approved' })
    const now = await staff.owner('publishPost', { params: staff.on(post) })
    expect(now.shown).toBe('scheduled')
    const out = await until(post, 'published')
    expect(out.content.segments[0]!.text).toBe('The last words.')
    const down = await staff.owner('takeDown', {
      params: { ...staff.ws, deliveryId: out.deliveries[0]!.id },
    })
    expect(down.state).toBe('taken_down')
  })

  it('that was cancelled stays where it is', async () => {
    const post = await ready('Never mind.')
    const soon = new Date(Math.ceil((Date.now() + 90_000) / 60_000) * 60_000)
    const body = { when: whenAt(soon, 'Europe/Berlin') }
    await staff.owner('schedulePost', { params: staff.on(post), body })
    const back = await staff.owner('cancelPost', { params: staff.on(post) })
    expect(back).toMatchObject({ shown: 'approved', deliveries: [{ state: 'cancelled' }] })
  })
})
