import { Readable } from 'node:stream'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OutputOf } from '#contract/client.ts'
import { dispatch, type HandlerMap } from '../../../api/dispatch.ts'
import { handlers } from '../../../api/handlers.ts'
import { openFile, sweepFiles } from '../../../core/media/files.ts'
import { imageFile } from '../../../core/media/variants.ts'
import { addKey, callsAs, personActor, type Call } from '../../support/calls.ts'
import { openHouse, type House } from '../../support/tenancy.ts'
import { createWorld, type World } from '../../support/world.ts'

type Asset = OutputOf<'updateMedia'>

let world: World
let house: House
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  house = await openHouse(world)
})

const send = (bytes: Buffer, query: object, headers: Record<string, string>) =>
  dispatch(world.ctx, handlers as unknown as HandlerMap, {
    name: 'uploadMedia',
    params: house.ws,
    query: { ...query },
    body: undefined,
    headers,
    actor: personActor(house.tenant.personId),
    upload: {
      stream: Readable.from([bytes.subarray(0, 50), bytes.subarray(50)]),
      contentType: headers['content-type'] ?? 'image/jpeg',
    },
  })
async function upload(bytes: Buffer, query: object = {}, contentType = 'image/jpeg') {
  const answer = await send(bytes, query, { 'content-type': contentType })
  expect(answer.status).toBe(201)
  return answer.body as Asset
}
const fileOf = async (id: string) =>
  (await world.ctx.db.tx({ workspace: house.ws.workspaceId }, () => imageFile(id)))!
const stored = async (id: string): Promise<Buffer> =>
  Buffer.concat(await (await openFile(world.ctx, await fileOf(id))).toArray())

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#7a4fd0' } })

/** A photo as a phone makes it: lying on its side, with place and owner. */
const photo = () =>
  blank(40, 20)
    .jpeg()
    .withExif({
      IFD0: { Artist: 'Canary Owner', Make: 'Canary Camera' },
      IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' },
    })
    .withMetadata({ orientation: 6 })
    .toBuffer()

describe('uploading an image', () => {
  it('turns it upright and removes place, camera and owner', async () => {
    const bytes = await photo()
    expect(bytes.includes('Canary')).toBe(true)
    const asset = await upload(bytes, { name: 'IMG_1.jpg', alt: 'A bench' })
    expect(asset).toMatchObject({ mime: 'image/jpeg', width: 20, height: 40, alt: 'A bench' })
    const kept = await stored(asset.id)
    const { exif, orientation } = await sharp(kept).metadata()
    expect([exif, orientation]).toEqual([undefined, undefined])
    expect(kept.includes('Canary')).toBe(false)
    expect(asset.bytes).toBe(kept.length)
  })
  it.each(['png', 'webp', 'gif'] as const)('keeps a %s what it is', async (format) => {
    const asset = await upload(await blank(8, 8).toFormat(format).toBuffer())
    expect(asset.mime).toBe(`image/${format}`)
    expect((await sharp(await stored(asset.id)).metadata()).format).toBe(format)
  })
  it('keeps a moving image moving, and gives the height of one frame', async () => {
    const frames = [blank(10, 10), blank(10, 10).negate()].map((f) => f.png().toBuffer())
    const moving = await sharp(await Promise.all(frames), { join: { animated: true } })
      .gif()
      .toBuffer()
    const asset = await upload(moving)
    expect(asset).toMatchObject({ width: 10, height: 10, mime: 'image/gif' })
    expect((await sharp(await stored(asset.id)).metadata()).pages).toBe(2)
  })
  it('goes by the bytes, not by what they are called', async () => {
    const asset = await upload(await blank(8, 8).png().toBuffer(), { name: 'x.jpg' }, 'image/jpeg')
    expect(asset.mime).toBe('image/png')
  })
  it.each([
    ['a drawing that can carry scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a page', Buffer.from('<!doctype html><script>1</script>')],
    ['nothing', Buffer.alloc(0)],
    ['half a picture', Buffer.from('ffd8ffe000104a464946', 'hex')],
  ])('refuses %s', async (_what, bytes) => {
    await expect(upload(bytes)).rejects.toMatchObject({ kind: 'unsupported_media' })
  })
  it('refuses more than 20 MB', async () => {
    await expect(upload(Buffer.alloc(20_000_001))).rejects.toMatchObject({ kind: 'too_large' })
  })
  it('refuses a small file that would become a huge picture', async () => {
    const bomb = await blank(8000, 6000).png().toBuffer()
    expect(bomb.length).toBeLessThan(1_000_000)
    await expect(upload(bomb)).rejects.toMatchObject({ kind: 'too_large' })
  })
})

describe('an upload with an Idempotency-Key', () => {
  const key = { 'idempotency-key': 'one' }
  const count = async () =>
    (await house.viewer('listMedia', { params: house.ws, query: {} })).data.length

  it('makes one image, however often it is repeated', async () => {
    const bytes = await photo()
    const first = await send(bytes, { name: 'a.jpg' }, key)
    const again = await send(bytes, { name: 'a.jpg' }, key)
    expect(again.body).toEqual(JSON.parse(JSON.stringify(first.body)))
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([201, 'true'])
    expect(await count()).toBe(1)
  })
  it('is refused with other bytes, or with another name', async () => {
    const bytes = await photo()
    await send(bytes, { name: 'a.jpg' }, key)
    for (const repeat of [
      send(await blank(9, 9).jpeg().toBuffer(), { name: 'a.jpg' }, key),
      send(bytes, { name: 'b.jpg' }, key),
    ])
      await expect(repeat).rejects.toMatchObject({ kind: 'key_reused' })
    expect(await count()).toBe(1)
  })
  it('may be tried again with a better file after it was refused', async () => {
    await expect(send(Buffer.from('no image'), {}, key)).rejects.toMatchObject({
      kind: 'unsupported_media',
    })
    expect((await send(await photo(), {}, key)).status).toBe(201)
  })
  it('is still refused beyond 20 MB', async () => {
    await expect(send(Buffer.alloc(20_000_001), {}, key)).rejects.toMatchObject({
      kind: 'too_large',
    })
  })
})

describe('images', () => {
  const png = () => blank(4, 4).png().toBuffer()
  const byKey = async (mayPublish: boolean): Promise<Call> =>
    callsAs(
      world.ctx,
      handlers,
      await addKey(world.ctx, house.ws.workspaceId, house.tenant.personId, mayPublish),
    )

  it('are listed newest first, page by page', async () => {
    const ids = []
    for (let i = 0; i < 3; i++) ids.push((await upload(await png())).id)
    const list = (query: object) => house.viewer('listMedia', { params: house.ws, query })
    const first = await list({ limit: 2 })
    const second = await list({ limit: 2, cursor: first.next! })
    expect([...first.data, ...second.data].map((a) => a.id)).toEqual(ids.reverse())
    expect(second.next).toBeNull()
  })
  it('can be described anew', async () => {
    const { id } = await upload(await png())
    const params = { ...house.ws, assetId: id }
    const changed = await house.editor('updateMedia', { params, body: { alt: 'A cup' } })
    expect(changed.alt).toBe('A cup')
  })
  it('are deleted by no key that was not ticked', async () => {
    const { id } = await upload(await png())
    const params = { ...house.ws, assetId: id }
    await expect((await byKey(false))('deleteMedia', { params })).rejects.toMatchObject({
      kind: 'forbidden',
    })
    await (
      await byKey(true)
    )('deleteMedia', { params })
  })
  it('are described by a key that was not ticked until a post that shows them is approved', async () => {
    const { id } = await upload(await png())
    const key = await byKey(false)
    const describe = (call: Call, alt: string) =>
      call('updateMedia', { params: { ...house.ws, assetId: id }, body: { alt } })
    await world.addPost(house.tenant, { assetIds: [id], approved: false })
    expect((await describe(key, 'A draft’s image')).alt).toBe('A draft’s image')
    await world.addPost(house.tenant, { assetIds: [id] })
    await expect(describe(key, 'Something else')).rejects.toMatchObject({ kind: 'forbidden' })
    expect((await describe(await byKey(true), 'A cup')).alt).toBe('A cup')
    expect((await describe(house.editor, 'A blue cup')).alt).toBe('A blue cup')
  })
  it('cannot be deleted while a post shows them', async () => {
    const { id } = await upload(await png())
    await world.addPost(house.tenant, { assetIds: [id] })
    const asked = house.editor('deleteMedia', { params: { ...house.ws, assetId: id } })
    await expect(asked).rejects.toMatchObject({ kind: 'conflict' })
  })
  it('are deleted with their bytes, once the last that has them is gone', async () => {
    const bytes = await png()
    const [one, other] = [await upload(bytes), await upload(bytes)]
    const file = await fileOf(one.id)
    expect((await fileOf(other.id)).id).toBe(file.id)
    const later = { ...world.ctx, now: () => new Date(Date.now() + 25 * 60 * 60_000) }
    const remove = async ({ id }: Asset) => {
      await house.editor('deleteMedia', { params: { ...house.ws, assetId: id } })
      await sweepFiles(later)
    }
    await remove(one)
    expect(await stored(other.id)).toHaveLength(other.bytes)
    await remove(other)
    await expect(openFile(world.ctx, file)).rejects.toThrow('the store has no file')
  })
  it('are no viewer’s to add or to delete, and no stranger’s to see', async () => {
    const { id } = await upload(await png())
    const params = { ...house.ws, assetId: id }
    await expect(house.viewer('deleteMedia', { params })).rejects.toMatchObject({
      kind: 'forbidden',
    })
    const list = house.stranger('listMedia', { params: house.ws, query: {} })
    await expect(list).rejects.toMatchObject({ kind: 'not_found' })
  })
})
