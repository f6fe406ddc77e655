import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linkedPage, type LinkedPage } from '../../support/linked-page.ts'
import { hire, type Staff } from '../../support/staff.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
let staff: Staff
let site: LinkedPage

beforeAll(async () => {
  site = await linkedPage()
  const ALLOW_PRIVATE_ORIGINS = new URL(site.url).origin
  world = await createWorld({ env: { ALLOW_PRIVATE_ORIGINS } })
  staff = await hire(world)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
})

const look = (url: string, network = 'bluesky', by = staff.editor) =>
  by('previewLink', { params: staff.ws, query: { network, url } })

describe('the card of a link', () => {
  it('says what the linked page says of itself, with a copy of its picture', async () => {
    const { card } = await look(site.url)
    expect(card).toMatchObject({ title: site.title, description: 'Soup from ten.' })
    expect(card!.image).toMatch(/^data:image\/webp;base64,/)
  })
  it('is none where the network makes its cards itself', async () => {
    expect(await look(site.url, 'mastodon')).toEqual({ card: null })
  })
  it('is none where there is no page, and inside our own network nobody is asked', async () => {
    expect(await look(`${new URL(site.url).origin}/hut.png`)).toEqual({ card: null })
    const inside = await linkedPage()
    expect(await look(inside.url)).toEqual({ card: null })
    expect(inside.asked()).toBe(0)
    await inside[Symbol.asyncDispose]()
    expect(site.asked()).toBeGreaterThan(0)
  })
  it('is read only for those who may write the address into a post', async () => {
    await expect(look(site.url, 'bluesky', staff.viewer)).rejects.toMatchObject({
      kind: 'forbidden',
    })
  })
  it('refuses a network that there is not, and says which there are', async () => {
    await expect(look(site.url, 'nowhere')).rejects.toMatchObject({
      kind: 'invalid',
      errors: [
        {
          pointer: '/query/network',
          detail: 'There is no network of this name. Known are bluesky, mastodon, page.',
        },
      ],
    })
  })
  it('refuses what is no address of the web', async () => {
    await expect(look('file:///etc/passwd')).rejects.toMatchObject({ kind: 'invalid' })
  })
})
