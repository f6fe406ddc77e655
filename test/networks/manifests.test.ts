import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inRoot } from '../../scripts/lib/paths.ts'
import { manifestOf, manifests, ownNetwork } from '../../networks/manifests.ts'
import { networks } from '../../networks/registry.ts'

test('every folder of a network is registered under its own name, with its functions and its manifest', () => {
  const folders = readdirSync(inRoot('networks'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  const names = manifests().map(({ name }) => name)
  expect(names.sort()).toEqual(folders.sort())
  expect(Object.keys(networks).sort()).toEqual(names)
  for (const [name, network] of Object.entries(networks)) expect(network.manifest.name).toBe(name)
})

test.each(manifests())('$title: each way of connecting has a form and functions', (manifest) => {
  const { connect } = networks[manifest.name]!
  const kinds = (ways: Record<string, { kind: string }>) =>
    Object.fromEntries(Object.entries(ways).map(([name, { kind }]) => [name, kind]))
  expect(kinds(connect)).toEqual(kinds(manifest.connect))
})

test.each(manifests())(
  '$title takes its own example of a handle, and nothing with a space',
  (m) => {
    const { pattern, example } = m.handles
    expect(pattern.test(example)).toBe(true)
    expect(pattern.test('')).toBe(true)
    expect(pattern.test('two words')).toBe(false)
  },
)

test('a handle leads to its account where it says where that is', () => {
  const link = (network: string, handle: string) => manifestOf(network)!.handles.link(handle)
  expect(link('mastodon', '@ada@social.example')).toBe('https://social.example/@ada')
  expect(link('mastodon', '@ada')).toBeNull()
  expect(link('bluesky', '@ada.example')).toBe('https://bsky.app/profile/ada.example')
  expect(link('page', 'ada')).toBeNull()
})

test('a network that keeps keys says for how long, one whose repeats are the same for ever says so', () => {
  const windows = manifests().map(({ name, recovery, dedupeWindow }) => [
    name,
    recovery,
    dedupeWindow,
  ])
  expect(windows).toEqual([
    ['mastodon', 'dedupe_key', 3_600_000],
    ['bluesky', 'client_id', Infinity],
    ['page', 'unique_field', Infinity],
  ])
})

test('exactly one network is our own, and it asks for no account', () => {
  expect(manifests().filter(({ own }) => own)).toEqual([ownNetwork()])
  expect(ownNetwork().connect).toEqual({})
})

test('a server’s own limits stand in its manifest, and nobody knows a network without one', () => {
  expect(manifestOf('mastodon', { limits: { maxCharacters: 5_000 } })!.textMax).toBe(5_000)
  expect(manifestOf('mastodon')!.textMax).toBe(500)
  expect(manifestOf('nowhere')).toBeNull()
})
