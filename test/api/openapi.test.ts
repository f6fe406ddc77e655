import { describe, expect, it } from 'vitest'
import { endpoints } from '#contract/endpoints.ts'
import { openApi } from '../../api/openapi.ts'

const document = JSON.parse(JSON.stringify(openApi('http://localhost:3000'))) as {
  openapi: string
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string
        responses: Record<string, unknown>
        parameters?: { name: string; in: string }[]
      }
    >
  >
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
)

describe('the OpenAPI document', () => {
  it('is 3.1 and has every endpoint of the table once, under its own name', () => {
    expect(document.openapi).toMatch(/^3\.1/)
    expect(operations.map((o) => o.operationId).sort()).toEqual(Object.keys(endpoints).sort())
  })
  it('names every parameter of every path', () => {
    for (const o of operations) {
      const inPath = [...o.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1])
      const declared = (o.parameters ?? []).filter((p) => p.in === 'path').map((p) => p.name)
      expect(declared.sort(), o.operationId).toEqual(inPath.sort())
    }
  })
  it('offers an Idempotency-Key on every POST that is not public', () => {
    const silent = operations
      .filter(
        (o) => o.method === 'post' && !o.parameters?.some((p) => p.name === 'Idempotency-Key'),
      )
      .map((o) => o.operationId)
    expect(silent.sort()).toEqual(['refreshSession', 'register', 'signIn', 'uploadMedia'])
  })
})
