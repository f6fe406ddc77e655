import { expect, it } from 'vitest'
import { z } from 'zod'
import { describe, type Routes } from '#contract/platform/endpoint.ts'

const routes = {
  getThing: { method: 'get', path: '/thing', can: 'public', effect: 'read' },
} as const satisfies Routes
const words = { tag: 'Legal', summary: 'Get the thing' } as const

it('joins a route to its description', () => {
  const response = z.string()
  const { getThing } = describe(routes, { getThing: { ...words, response } })
  expect(getThing).toEqual({ ...routes.getThing, ...words, response })
  const path: '/thing' = getThing.path
  expect(path).toBe('/thing')
})

// Held by the type check: an expected error that does not come is one.
it('refuses by type a route without a description, the other way round, and a field that is not known', () => {
  // @ts-expect-error the route has no description
  const none = describe(routes, {})
  // @ts-expect-error a description has no route
  const more = describe(routes, { getThing: words, getOther: words })
  // @ts-expect-error no description has this field
  const typo = describe(routes, { getThing: { ...words, respnse: z.string() } })
  // @ts-expect-error what the route says is not said again
  const twice = describe(routes, { getThing: { ...words, path: '/thing' } })
  for (const table of [none, more, typo, twice]) expect(Object.keys(table)).toEqual(['getThing'])
})
