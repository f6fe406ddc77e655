import { readFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { execFileSync } from 'node:child_process'
import { Environment } from '../../core/platform/config.ts'
import { inRoot } from '../../scripts/lib/paths.ts'
import { quietSettings } from '../../scripts/lib/postgres.ts'
import { searchAttributes } from '../../scripts/lib/temporal.ts'

const compose = readFileSync(inRoot('docker-compose.yml'), 'utf8')
const namesIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name]) => name as string)

test('production sets no variable that the configuration does not read', () => {
  const block = compose.slice(compose.indexOf('&app-environment'), compose.indexOf('\nservices:'))
  const names = namesIn(block, /^ {4}([A-Z_]+):/gm)
  expect(names).toContain('DATABASE_URL')
  expect(names.filter((name) => !(name in Environment.shape))).toEqual([])
})

test('production searches workflows by the same attributes as the embedded server', () => {
  const script = readFileSync(inRoot('scripts', 'compose', 'temporal-namespace.sh'), 'utf8')
  const pairs = namesIn(script, /\b(\w+=Keyword\w*)/g)
  expect(pairs.sort()).toEqual(
    Object.entries(searchAttributes)
      .map(([name, type]) => `${name}=${type}`)
      .sort(),
  )
})

test.skipIf(!inject('temporalCli'))(
  'production runs the server version of the embedded one',
  () => {
    const said = execFileSync(inject('temporalCli'), ['--version'], { encoding: 'utf8' })
    const [, server, ui] = /Server ([\d.]+), UI ([\d.]+)/.exec(said) ?? []
    expect(new Set(namesIn(compose, /\{TEMPORAL_VERSION:-([\d.]+)\}/g))).toEqual(new Set([server]))
    expect(namesIn(compose, /\{TEMPORAL_UI_VERSION:-([\d.]+)\}/g)).toEqual([ui])
  },
)

const services = () => compose.slice(compose.indexOf('\nservices:')).split(/\n {2}(?=[a-z-]+:\n)/)

test('production hands the login that owns the database to migrations alone', () => {
  const holders = services().filter((text) => text.includes('postgres://postaura:'))
  expect(holders.map((text) => text.split(':')[0])).toEqual(['migrate'])
  expect(compose).toMatch(/ DATABASE_URL: postgres:\/\/postaura_run:/)
})

test('production keeps as much out of the log of Postgres as the embedded one', () => {
  expect(namesIn(compose, /^ +- -c(log_\S+)$/gm)).toEqual(quietSettings)
})

test('only the proxy can be reached from outside', () => {
  const open = services().filter((text) => /^ {4}ports:/m.test(text))
  expect(open.map((text) => text.split(':')[0])).toEqual(['proxy'])
})
