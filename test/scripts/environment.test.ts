import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { environmentExample } from '../../scripts/lib/env-example.ts'
import { inRoot } from '../../scripts/lib/paths.ts'

test('.env.example names every variable of the configuration with its meaning and default', () => {
  expect(readFileSync(inRoot('.env.example'), 'utf8')).toBe(environmentExample())
})
