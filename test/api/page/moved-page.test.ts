/** Addresses that a page had: links, subscriptions and the ledger's own links lead on. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { publicPageRoutes } from '../../../api/page/routes.ts'
import { createPages } from '../../../core/page/pages.ts'
import { changePage } from '../../../core/page/settings.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { Workspace } from '../../../core/workspaces/models/workspace.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

let world: World
let tenant: Tenant
let slug: string
let server: Server
beforeAll(async () => {
  world = await createWorld()
  const app = express()
  publicPageRoutes(world.ctx, app)
  server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await world[Symbol.asyncDispose]()
})
beforeEach(async () => {
  tenant = await world.addTenant()
  slug = `example-${tenant.workspaceId.slice(-12)}`
})

const get = (path: string) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { redirect: 'manual' })

describe('a page that got another address', () => {
  const move = (to: string, of = tenant) =>
    world.ctx.db.tx({ workspace: of.workspaceId }, async () => {
      const workspace = await Workspace.findByPk(of.workspaceId, { rejectOnEmpty: true })
      const { pageTitle: title, pageAbout: about, pageImprint: imprint } = workspace
      await changePage(world.ctx, workspace, { on: true, slug: to, title, about, imprint })
    })
  const names = () => [1, 2].map((n) => `moved-${n}-${tenant.workspaceId.slice(-12)}`)

  it('is led to from each that it had: page, feeds and single posts', async () => {
    const { id } = await createPages(world.ctx, tenant.workspaceId).put(uuidv7(), {
      segments: [{ text: 'Still here.', assetIds: [] }],
      language: 'en',
    })
    const [second, third] = names() as [string, string]
    await move(second)
    await move(third)
    for (const before of [slug, second])
      for (const rest of ['', '/atom.xml', '/feed.json', `/${id}`, '?before=x']) {
        const answer = await get(`/p/${before}${rest}`)
        expect(answer.status).toBe(301)
        expect(answer.headers.get('location')).toBe(`/p/${third}${rest}`)
      }
    expect(await (await get(`/p/${third}/${id}`)).text()).toContain('Still here.')
  })
  it('keeps its old addresses to itself, and may go back to one', async () => {
    const [second] = names() as [string]
    await move(second)
    const other = await world.addTenant()
    await expect(move(slug, other)).rejects.toThrow('Somebody else has this address')
    await move(slug)
    expect((await get(`/p/${slug}`)).status).toBe(200)
    expect((await get(`/p/${second}`)).headers.get('location')).toBe(`/p/${slug}`)
  })
  it('is not led to while it is off', async () => {
    const [second] = names() as [string]
    await move(second)
    await world.ctx.db.tx({ workspace: tenant.workspaceId }, () =>
      Workspace.update({ pageOn: false }, { where: { id: tenant.workspaceId } }),
    )
    expect((await get(`/p/${slug}`)).status).toBe(404)
  })
})
