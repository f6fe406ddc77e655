import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, type Database } from '../../../core/platform/db.ts'
import { createHttp } from '../../../core/platform/http/http.ts'
import { createDatabase } from '../../support/database.ts'

let server: Server
let origin: string
let db: Database

beforeAll(async () => {
  server = createServer((req, res) => {
    if (req.url === '/away') res.writeHead(302, { location: 'http://169.254.169.254/latest' }).end()
    else if (req.url === '/large') res.end('x'.repeat(200_000))
    else if (req.url === '/never') return
    else res.end(JSON.stringify({ url: req.url, method: req.method }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  db = openDatabase(await createDatabase())
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await db.close()
})

const open = (more: object = {}) =>
  createHttp({ allowPrivateOrigins: [origin], timeoutMs: 500, ...more })

describe('the guarded fetch', () => {
  it.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://[::1]/',
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://172.16.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/',
    'http://0.0.0.0/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[fd00::1]/',
    'http://224.0.0.1/',
  ])('does not reach %s', async (url) => {
    await expect(
      createHttp({ allowPrivateOrigins: [], timeoutMs: 500 })(url),
    ).rejects.toMatchObject({ kind: 'blocked' })
  })
  it('reaches an origin that the operator named, and no other port of the same machine', async () => {
    expect(await (await open()(`${origin}/a?b=1`)).json()).toEqual({ url: '/a?b=1', method: 'GET' })
    await expect(open()('http://127.0.0.1:1/')).rejects.toMatchObject({ kind: 'blocked' })
  })
  it('takes other schemes and logins in addresses for what they are', async () => {
    await expect(open()('file:///etc/passwd')).rejects.toThrow()
    await expect(open()('http://user:secret@example.org/')).rejects.toThrow()
  })
  it('does not follow into a private network', async () => {
    const answer = await open()(`${origin}/away`, { redirect: 'follow' }).then(
      (r) => r.status,
      (error: { kind: string }) => error.kind,
    )
    expect(answer).toBe('blocked')
  })
  it('gives up when no answer comes, and when one is too large', async () => {
    await expect(open()(`${origin}/never`)).rejects.toMatchObject({ kind: 'no_answer' })
    const large = open({ maxBytes: 50_000 })(`${origin}/large`).then((r) => r.text())
    await expect(large).rejects.toMatchObject({ kind: 'too_large' })
  })
  it('says the host in its errors and never the query', async () => {
    const error = await open()('http://10.0.0.1/x?token=secret').catch((thrown: Error) => thrown)
    expect(String(error)).toContain('10.0.0.1')
    expect(String(error)).not.toContain('secret')
  })
  it('is not to be had inside a unit of work', async () => {
    await expect(db.tx({}, async () => open()(origin))).rejects.toThrow(/unit of work/)
  })
})
