import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import oracle from 'fernet'
import { describe, expect, it } from 'vitest'
import { fernet } from '../../../core/platform/crypto/fernet.ts'
import { createVault } from '../../../core/platform/crypto/vault.ts'

// The published vectors of the Fernet specification.
const secret = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4='
const now = Date.parse('1985-10-26T01:20:01-07:00') / 1000
const valid =
  'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=='
const invalid: [string, string][] = [
  [
    'an incorrect mac',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==',
  ],
  ['too short a token', 'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA=='],
  [
    'invalid base64',
    '%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==',
  ],
  [
    'a payload that is no multiple of the block',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm',
  ],
  [
    'wrong padding',
    'gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==',
  ],
  [
    'a time far ahead',
    'gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==',
  ],
  [
    'an incorrect initialisation vector',
    'gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==',
  ],
]
const newKey = () => `${randomBytes(32).toString('base64url')}=`

describe('Fernet', () => {
  it('writes the published token', () => {
    const iv = Uint8Array.from({ length: 16 }, (_, i) => i)
    const time = Date.parse('1985-10-26T01:20:00-07:00') / 1000
    expect(fernet([secret]).encrypt('hello', { time, iv })).toBe(valid)
  })
  it('reads the published token, and not once it has expired', () => {
    expect(fernet([secret]).decrypt(valid, { ttl: 60, now }).toString()).toBe('hello')
    expect(() => fernet([secret]).decrypt(valid, { ttl: 60, now: now + 90 })).toThrow()
  })
  it.each(invalid)('refuses %s', (_, token) => {
    expect(() => fernet([secret]).decrypt(token, { ttl: 60, now })).toThrow()
  })
  it('agrees with another implementation in both directions', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200 }), (text) => {
        const key = newKey()
        const theirs = new oracle.Secret(key)
        const token = new oracle.Token({ secret: theirs, time: new Date() }).encode(text)
        expect(fernet([key]).decrypt(token).toString()).toBe(text)
        const ours = fernet([key]).encrypt(text)
        expect(new oracle.Token({ secret: theirs, token: ours, ttl: 0 }).decode()).toBe(text)
      }),
      { numRuns: 30 },
    )
  })
  it('refuses a token in which any one character was changed', () => {
    const ring = fernet([secret])
    const token = ring.encrypt('a token of somebody')
    fc.assert(
      fc.property(fc.nat(token.length - 2), (at) => {
        const other = token[at] === 'A' ? 'B' : 'A'
        expect(() => ring.decrypt(token.slice(0, at) + other + token.slice(at + 1))).toThrow()
      }),
    )
  })
  it('reads what an older key of the ring wrote, and writes under the newest', () => {
    const [older, newer] = [newKey(), newKey()]
    const kept = fernet([older]).encrypt('x')
    expect(fernet([newer, older]).decrypt(kept).toString()).toBe('x')
    expect(() => fernet([older]).decrypt(fernet([newer, older]).encrypt('y'))).toThrow()
  })
})

describe('the vault', () => {
  const row = { table: 'channels', id: '1', field: 'secrets' }
  it('opens what it sealed for the same row', () => {
    const vault = createVault([secret])
    expect(vault.open<{ a: string }>(row, vault.seal(row, { a: 'b' }))).toEqual({ a: 'b' })
  })
  it('does not open one row’s secret for another row', () => {
    const vault = createVault([secret])
    const sealed = vault.seal(row, 'token')
    expect(() => vault.open({ ...row, id: '2' }, sealed)).toThrow()
  })
  it('never shows what it sealed', () => {
    expect(createVault([secret]).seal(row, 'canary-token')).not.toContain('canary')
  })
})
