import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inRoot } from '../../scripts/lib/paths.ts'
import { startProduct, type Product } from '../support/product.ts'

const run = promisify(execFile)
let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product?.[Symbol.asyncDispose]())

/** The shell commands printed below a heading, in order. */
function commandsBelow(heading: string): string {
  const section = readFileSync(inRoot('README.md'), 'utf8').split(`\n## ${heading}\n`)[1] ?? ''
  const blocks = section.split(/\n## /)[0]!.matchAll(/^```sh\n(.*?)^```$/gms)
  return [...blocks].map(([, commands]) => commands).join('\n')
}

it('walks through the API with the commands of the README, exactly as printed', async () => {
  const commands = commandsBelow('By API')
  expect(commands).toContain('curl')
  const env = { PATH: process.env.PATH, POSTAURA: product.url }
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', commands], {
    cwd: inRoot(),
    env,
    timeout: 90_000,
  })
  const lines = stdout.trim().split('\n')
  expect(lines).toContain('Hello from the API.')
  expect(lines).toContain('true')
  expect(lines.filter((line) => /^\d{4}-\d\d-\d\dT\d\d:\d\d ./.test(line)).length).toBeGreaterThan(
    3,
  )
  expect(lines.at(-1)).toBe('[]')
})
