import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rows } from '../../../core/platform/db.ts'
import { findModelServers } from '../../../core/connections/found-servers.ts'
import { Connection } from '../../../core/connections/models/connection.ts'
import { accessOf } from '../../../core/connections/access.ts'
import type { Connection as RouterConnection, TestResult } from '../../../llm/types.ts'
import { emptyWriter, writerOf } from '#lib/connections/writer-form.ts'
import { openHouse, type House } from '../../support/tenancy.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
let house: House
let asked: RouterConnection[] = []
let result: TestResult

beforeAll(async () => {
  const llm = {
    answer: () => Promise.reject(new Error('not asked here')),
    test: (connection: RouterConnection) => {
      asked.push(connection)
      return Promise.resolve(result)
    },
  }
  world = await createWorld({ overrides: { llm } })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  asked = []
  result = {
    ok: true,
    ms: 5,
    structured: 'json_schema',
    model: 'm',
    failure: null,
    message: 'Answered in 5 ms.',
  }
  house = await openHouse(world)
})

const terms = {
  processor: 'Example AI',
  region: 'eu' as const,
  retentionDays: 0,
  trainsOnInput: 'no' as const,
}
const wanted = {
  name: 'Example',
  baseUrl: 'https://ai.example.org/v1/',
  model: 'small',
  terms,
  apiKey: 'sk-canary-0123456789',
}
const create = (more: object = {}) =>
  house.owner('createConnection', { params: house.ws, body: { ...wanted, ...more } })
const on = ({ id }: { id: string }) => ({ ...house.ws, connectionId: id })
const inTx = <T>(fn: () => Promise<T>) => world.ctx.db.tx({ workspace: house.ws.workspaceId }, fn)
const access = () => inTx(() => accessOf(world.ctx, house.ws.workspaceId))
const switchOn = async (made: { id: string }) =>
  house.owner('switchConnection', { params: on(made), body: { on: true, acceptTerms: true } })

describe('a model provider', () => {
  it('is added switched off, its key sealed and never shown again', async () => {
    const made = await create()
    expect(made).toMatchObject({ on: false, keyHint: '…6789', termsAcceptedAt: null, position: 1 })
    expect(made.baseUrl).toBe('https://ai.example.org/v1')
    expect(JSON.stringify(made)).not.toContain('canary')
    const raw = await inTx(() => rows('select * from connections'))
    expect(JSON.stringify(raw)).not.toContain('canary')
    expect((await access()).connections).toEqual([])
  })
  it('is added with both prices or with none, and a price that is none is said at its field', async () => {
    const form = { ...emptyWriter(), name: 'E', model: 'm', baseUrl: 'https://a.example' }
    const add = (input: string, output: string) => {
      const body = writerOf({ ...form, processor: 'Example AI', input, output })
      return house.owner('createConnection', { params: house.ws, body })
    }
    const detail = 'Give both prices, like 0.40, or leave both empty.'
    const at = (field: string) => ({ pointer: `/prices/${field}MicrosPerMillion`, detail })
    await expect(add('abc', '')).rejects.toMatchObject({ errors: [at('input'), at('output')] })
    await expect(add('0.40', '')).rejects.toMatchObject({ errors: [at('output')] })
    await expect(add('', '1')).rejects.toMatchObject({ errors: [at('input')] })
    expect((await add('', ' ')).prices).toBeNull()
    expect((await add('0,40', '1')).prices).toMatchObject({
      inputMicrosPerMillion: 400_000,
      outputMicrosPerMillion: 1_000_000,
    })
  })
  it('says in plain words what is wrong with its terms', async () => {
    const odd = { ...terms, retentionDays: -1 }
    await expect(create({ terms: odd })).rejects.toMatchObject({
      detail: 'Retention days: Use 0 or more.',
      errors: [{ pointer: '/terms/retentionDays', detail: 'Use 0 or more.' }],
    })
  })
  it('is switched on by an owner who accepts its terms, and then written with', async () => {
    const made = await create()
    const unseen = house.owner('switchConnection', { params: on(made), body: { on: true } })
    await expect(unseen).rejects.toMatchObject({ kind: 'conflict' })
    expect(await switchOn(made)).toMatchObject({ on: true })
    const stored = await inTx(() => Connection.findByPk(made.id))
    expect(stored).toMatchObject({ termsAcceptedBy: house.tenant.personId })
    expect((await access()).connections).toMatchObject([{ apiKey: wanted.apiKey, enabled: true }])
  })
  it.each([
    ['address', { baseUrl: 'https://ai.example.org/v2' }],
    ['model', { model: 'large' }],
    ['terms', { terms: { ...terms, retentionDays: 30 } }],
  ])('is switched off when its %s changes', async (_what, body) => {
    const made = await create()
    await switchOn(made)
    const changed = await house.owner('updateConnection', { params: on(made), body })
    expect(changed).toMatchObject({ on: false, termsAcceptedAt: null })
  })
  it('stays on, with its key, when only its name or price changes', async () => {
    const made = await create()
    await switchOn(made)
    const prices = { currency: 'EUR', inputMicrosPerMillion: 1, outputMicrosPerMillion: 2 }
    const body = { name: 'Renamed', prices, terms }
    const changed = await house.owner('updateConnection', { params: on(made), body })
    expect(changed).toMatchObject({ on: true, name: 'Renamed', keyHint: '…6789' })
    expect((await access()).connections[0]?.apiKey).toBe(wanted.apiKey)
  })
  it('does not take its key along to another server', async () => {
    const made = await create()
    const body = { baseUrl: 'https://elsewhere.example.org/v1' }
    const changed = await house.owner('updateConnection', { params: on(made), body })
    expect(changed.keyHint).toBeNull()
  })
  it('keeps what its test showed, which changes nothing else', async () => {
    const made = await create()
    const before = await inTx(() => Connection.findByPk(made.id))
    const tested = await house.owner('testConnection', { params: on(made) })
    expect(tested.lastTest).toMatchObject({ ok: true, detail: 'Answered in 5 ms.' })
    expect(asked).toMatchObject([{ apiKey: wanted.apiKey, baseUrl: 'https://ai.example.org/v1' }])
    const after = await inTx(() => Connection.findByPk(made.id))
    expect(after?.updatedAt).toEqual(before?.updatedAt)
  })
  it('on this machine is not called unasked, and the test says how to allow it', async () => {
    result = { ...result, ok: false, failure: 'unreachable', message: 'It does not answer.' }
    const made = await create({ baseUrl: 'http://127.0.0.1:11434/v1', apiKey: '' })
    const { lastTest } = await house.owner('testConnection', { params: on(made) })
    expect(lastTest?.detail).toContain('ALLOW_PRIVATE_ORIGINS=http://127.0.0.1:11434')
  })
  it.each([
    ['a key that would travel unencrypted', { baseUrl: 'http://ai.example.org/v1' }],
    ['a secret in the address', { baseUrl: 'https://me:secret@ai.example.org/v1' }],
  ])('is refused with %s', async (_what, more) => {
    await expect(create(more)).rejects.toMatchObject({ errors: [{ pointer: '/baseUrl' }] })
  })
  it('is deleted with its key', async () => {
    const made = await create()
    await house.owner('deleteConnection', { params: on(made) })
    expect((await house.owner('listConnections', { params: house.ws })).data).toEqual([])
  })
  it('is an owner’s to manage, an editor’s to see, and nobody else’s', async () => {
    const made = await create()
    expect((await house.editor('listConnections', { params: house.ws })).data).toHaveLength(1)
    const deleting = house.editor('deleteConnection', { params: on(made) })
    await expect(deleting).rejects.toMatchObject({ kind: 'forbidden' })
    const seeing = house.viewer('listConnections', { params: house.ws })
    await expect(seeing).rejects.toMatchObject({ kind: 'forbidden' })
    const across = house.stranger('testConnection', { params: on(made) })
    await expect(across).rejects.toMatchObject({ kind: 'not_found' })
    expect(asked).toEqual([])
  })
})

describe('model servers on this machine', () => {
  let servers: Server[] = []
  const serve = async (answer: string, status = 200): Promise<string> => {
    const server = createServer((req, res) => {
      expect([req.method, req.url]).toEqual(['GET', '/v1/models'])
      res.writeHead(status, { 'content-type': 'application/json', location: '/' }).end(answer)
    })
    servers.push(server.listen(0, '127.0.0.1'))
    await new Promise((resolve) => server.once('listening', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  }
  afterAll(() => {
    for (const server of servers) server.close()
    servers = []
  })
  it('are found when they answer with models; others are no offer', async () => {
    const models = await serve('{"data":[{"id":"small"},{"id":"large"}]}')
    const places = [models, await serve('<html>'), await serve('', 302), 'http://127.0.0.1:1/v1']
    expect(await findModelServers(places)).toEqual([
      { baseUrl: models, models: ['small', 'large'] },
    ])
  })
})
