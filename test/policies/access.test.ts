import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { openPolicy, type Policy } from '../../policies/access/authorize.ts'
import { rolesTable } from '../../policies/access/roles.ts'

let policy: Policy
beforeAll(async () => {
  policy = await openPolicy()
})

/** Written by hand, from what each role is for; not derived from anything. One letter for each role that may. */
const expected = `
  workspace.read     owner editor viewer api_key
  workspace.update   owner               api_key
  workspace.hold     owner editor        api_key
  workspace.delete   owner
  member.read        owner editor viewer api_key
  member.manage      owner
  key.read           owner
  key.manage         owner
  campaign.read      owner editor viewer api_key
  campaign.create    owner editor        api_key
  campaign.update    owner editor        api_key
  campaign.delete    owner               api_key
  post.read          owner editor viewer api_key
  post.comment       owner editor viewer api_key
  post.create        owner editor        api_key
  post.update        owner editor        api_key
  post.schedule      owner editor        api_key
  post.approve       owner               api_key
  post.delete        owner               api_key
  channel.read       owner editor viewer api_key
  channel.pause      owner editor        api_key
  channel.connect    owner               api_key
  media.read         owner editor viewer api_key
  media.create       owner editor        api_key
  media.delete       owner editor        api_key
  connection.read    owner editor        api_key
  connection.manage  owner
`
/**
 * By hand: what a key may change that was made without "may approve, publish and delete". Drafts, and the brakes that anybody may pull who sees
 * something wrong. `updateMedia` decides for itself, because a description may be public; `checkChannel` only asks.
 */
const withoutTick = `
  createCampaign estimateCampaign updateCampaign createRun cancelRun
  createPost updatePost duplicatePost restoreVersion regeneratePost submitPost createComment
  uploadMedia updateMedia
  holdPublishing pauseChannel checkChannel
`
const table = new Map(
  expected
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([action, ...roles]) => [action!, new Set(roles)]),
)
const split = (action: string) => {
  const [resource, verb] = action.split('.') as [string, string]
  return { resource, action: verb }
}

describe('the access policy', () => {
  it('decides every cell as the table that was written by hand', () => {
    const decided = policy.actions.map((action) => [
      action,
      policy.roles.filter((role) => policy.decide({ role, ...split(action) })).sort(),
    ])
    const byHand = [...table].map(([action, roles]) => [action, [...roles].sort()])
    expect(decided).toEqual(byHand.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)))
  })
  it('knows every action that an endpoint asks for, and none that no endpoint asks for', () => {
    const asked = Object.values(endpoints as Record<string, Endpoint>)
      .map(({ can }) => (typeof can === 'string' ? null : can.join('.')))
      .filter((action) => action !== null)
    expect([...new Set(asked)].sort()).toEqual(policy.actions)
  })
  it('lists for a role exactly what it decides', () => {
    for (const role of policy.roles)
      expect(policy.actionsOf(role)).toEqual(
        policy.actions.filter((action) => policy.decide({ role, ...split(action) })),
      )
    expect(policy.actionsOf('stranger')).toEqual([])
  })
  it('allows nothing to a role that it does not know, however it is spelled', () => {
    const almost = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'Owner',
        'owner ',
        ' owner',
        'owner,editor',
        'keeper',
        'reader',
        '*',
        '',
        '__proto__',
      ),
    )
    fc.assert(
      fc.property(almost, fc.constantFrom(...policy.actions), (role, action) => {
        fc.pre(!policy.roles.includes(role))
        expect(policy.decide({ role, ...split(action) })).toBe(false)
      }),
    )
  })
  it('throws for an action that it does not know, instead of answering', () => {
    for (const [resource, action] of [
      ['post', 'destroy'],
      ['post', ''],
      ['', ''],
      ['post.read', ''],
    ] as const)
      expect(() => policy.decide({ role: 'owner', resource, action })).toThrow(/does not know/)
  })
  it('lets a key without the tick write drafts and stop things, and change nothing else', () => {
    const allowed = Object.entries(endpoints as Record<string, Endpoint>)
      .filter(([, e]) => e.method !== 'get' && typeof e.can !== 'string' && !e.needs)
      .filter(([, e]) =>
        policy.decide({ role: 'api_key', ...split((e.can as readonly string[]).join('.')) }),
      )
      .map(([name]) => name)
    expect(allowed.sort()).toEqual(withoutTick.trim().split(/\s+/).sort())
  })
  it('stands in roles.txt as it is in force', async () => {
    const file = new URL('../../policies/access/roles.txt', import.meta.url)
    expect(await readFile(file, 'utf8')).toBe(rolesTable(endpoints, policy))
  })
})

describe('a policy file', () => {
  const open = (text: string) => openPolicy({ policy: text })
  const line = 'p, reader, post, read, allow'
  it.each([
    ['is empty', ''],
    ['holds only remarks', '# nothing\n\n'],
    ['names no role', line],
    ['names no permission', 'g, viewer, reader'],
  ])('that %s refuses to start', async (_why, text) => {
    await expect(open(text)).rejects.toThrow(/empty/)
  })
  it.each([
    ['a field too many', 'p, reader, post, read, allow, extra'],
    ['a field too few', 'p, reader, post, read'],
    ['an empty field', 'p, reader, , read, allow'],
    ['a pattern', 'p, reader, *, read, allow'],
    ['a quoted comma', 'p, reader, "post, members", read, allow'],
    ['an unknown kind', 'p2, reader, post, read, allow'],
    ['an unknown effect', 'p, reader, post, read, perhaps'],
  ])('with %s refuses to start', async (_what, text) => {
    await expect(open(`${line}\ng, viewer, reader\n${text}`)).rejects.toThrow()
  })
  it('that cannot be read as a model refuses to start', async () => {
    await expect(openPolicy({ model: '[request_definition]\nr = a\n' })).rejects.toThrow()
  })
  it('lets a denial win over a permission, in either order', async () => {
    const denial = 'p, careful, post, read, deny'
    const roles = 'g, viewer, reader\ng, guest, reader\ng, guest, careful'
    for (const lines of [`${line}\n${denial}`, `${denial}\n${line}`]) {
      const denying = await open(`${lines}\n${roles}`)
      const read = (role: string) => denying.decide({ role, resource: 'post', action: 'read' })
      expect([read('viewer'), read('guest')]).toEqual([true, false])
    }
  })
})
