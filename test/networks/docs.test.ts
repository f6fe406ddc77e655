import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { docsFolder, networkDocs, page } from '../../scripts/network-docs.ts'
import { manifest } from './heron/manifest.ts'
import { heron } from './heron/network.ts'

test('docs/networks/ is what the manifests say; `npm run network-docs` writes it anew', () => {
  const there = new Map(
    readdirSync(docsFolder)
      .sort()
      .map((file) => [file, readFileSync(join(docsFolder, file), 'utf8')]),
  )
  expect(Object.fromEntries(there)).toEqual(Object.fromEntries(networkDocs()))
})

test('a page says who gets the posts, what they may weigh, and how long what comes back is kept', () => {
  const text = page(manifest, heron)
  expect(text).toContain('| who gets the posts | Heron (SE) |')
  expect(text).toContain('| characters a part | 200 |')
  expect(text).toContain('| images a part | none |')
  expect(text).toContain('| a repeat is known as one | without end |')
  expect(text).toContain(
    'figures: kept 30 days at the longest, 7 days after the access was revoked',
  )
  expect(page({ ...manifest, dedupeWindow: 3_600_000 }, heron)).toContain('| for 60 minutes after')
  expect(page({ ...manifest, dedupeWindow: 0 }, heron)).toContain(
    '| a repeat is known as one | never |',
  )
})
