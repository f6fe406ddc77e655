import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Route, Routes } from '#contract/platform/endpoint.ts'
import { routes } from '#contract/routes.ts'
import { inRoot } from '../../scripts/lib/paths.ts'

const table = Object.entries<Route>(routes)
const namesWhere = (holds: (route: Route) => boolean) =>
  table.filter(([, route]) => holds(route)).map(([name]) => name)

describe('the routes', () => {
  it('are those of all subjects, and no name or request stands twice', async () => {
    const files = globSync('contract/*/routes.ts', { cwd: inRoot() })
    const modules = await Promise.all(
      files.map((file) => import(inRoot(file)) as Promise<Record<string, Routes>>),
    )
    const names = modules.flatMap((tables) => Object.values(tables).flatMap(Object.keys))
    expect(names.sort()).toEqual(Object.keys(routes).sort())
    const requests = table.map(([, { method, path }]) => `${method} ${path.replace(/:\w+/g, ':')}`)
    expect(new Set(requests).size).toBe(requests.length)
  })
  it('read with every GET', () => {
    expect(namesWhere((r) => r.method === 'get' && r.effect !== 'read')).toEqual([])
  })
  it('read with another method only to carry a long question, which the permission to read allows', () => {
    const asked = namesWhere((r) => r.method !== 'get' && r.effect === 'read')
    expect(asked).toEqual(['estimateCampaign'])
    expect(routes.estimateCampaign.can).toEqual(['campaign', 'read'])
  })
  it('change nothing with a permission that only reads', () => {
    const reads = ({ can }: Route) => typeof can !== 'string' && can[1] === 'read'
    expect(namesWhere((r) => reads(r) && r.effect !== 'read')).toEqual([])
  })
  it('are destructive with every DELETE, with every permission to delete, and where something is taken down', () => {
    const deletes = ({ method, can }: Route) =>
      method === 'delete' || (typeof can !== 'string' && can[1] === 'delete')
    expect(namesWhere((r) => r.effect === 'destructive')).toEqual(namesWhere(deletes))
    expect(namesWhere(deletes)).toEqual(expect.arrayContaining(['takeDown', 'wipeDemo']))
  })
})
