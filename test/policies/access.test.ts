import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { openPolicy, type Attributes, type Policy } from '../../policies/access/authorize.ts'
import { cutDown, type Grant } from '../../policies/access/grants.ts'
import { rolesTable } from '../../policies/access/roles.ts'

let policy: Policy
beforeAll(async () => {
  policy = await openPolicy()
})

/** Written by hand, from what each role and scope is for; not derived from anything. */
const expected = `
  workspace.read     owner editor viewer  read
  workspace.update   owner                publish
  workspace.hold     owner editor         write
  workspace.resume   owner editor         publish
  workspace.delete   owner
  member.read        owner editor viewer  read
  member.manage      owner
  key.read           owner
  key.manage         owner
  campaign.read      owner editor viewer  read
  campaign.create    owner editor         write
  campaign.update    owner editor         write
  campaign.delete    owner                publish
  post.read          owner editor viewer  read
  post.comment       owner editor viewer  write
  post.create        owner editor         write
  post.update        owner editor         write
  post.schedule      owner editor         publish
  post.approve       owner                publish
  post.delete        owner                publish
  channel.read       owner editor viewer  read
  channel.check      owner editor         write
  channel.pause      owner editor         write
  channel.resume     owner editor         publish
  channel.connect    owner                publish
  media.read         owner editor viewer  read
  media.create       owner editor         write
  media.delete       owner editor         publish
  connection.read    owner editor         write
  connection.manage  owner
`
const table = new Map(
  expected
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([permission, ...names]) => [permission!, new Set(names)]),
)
/** By hand: what a key may change that may read and write but not publish. Drafts, and the brakes that anybody may pull who sees something wrong. */
const withoutPublish = `
  createCampaign estimateCampaign updateCampaign createRun cancelRun
  createPost updatePost duplicatePost restoreVersion regeneratePost submitPost createComment
  uploadMedia updateMedia
  holdPublishing pauseChannel checkChannel
`
const me = { person: 'ada' }
const allows = (grant: Grant, permission: string, object: Attributes = {}, caller = me) =>
  policy.decide({ grant, permission, caller, object }).allowed

describe('the access policy', () => {
  it('decides every cell as the table that was written by hand', () => {
    const decided = policy.permissions.map((permission) => [
      permission,
      [
        ...policy.roles.filter((role) => allows(policy.ofRole(role), permission)),
        ...policy.scopes.filter((scope) => allows(policy.ofScopes([scope]), permission)),
      ].sort(),
    ])
    const byHand = [...table].map(([permission, names]) => [permission, [...names].sort()])
    expect(decided).toEqual(byHand.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)))
  })
  it('knows every permission that an endpoint asks for, and none that no endpoint asks for', () => {
    const asked = Object.values(endpoints as Record<string, Endpoint>)
      .map(({ can }) => (typeof can === 'string' ? null : can.join('.')))
      .filter((permission) => permission !== null)
    expect([...new Set(asked)].sort()).toEqual(policy.permissions)
  })
  it('gives nothing to a role or a scope that it does not know, however it is spelled', () => {
    const almost = fc.oneof(
      fc.string(),
      fc.constantFrom('Owner', 'owner ', ' owner', 'owner,editor', 'keeper', 'reader', '*', ''),
      fc.constantFrom('__proto__', 'constructor', 'toString'),
    )
    fc.assert(
      fc.property(almost, (name) => {
        fc.pre(!policy.roles.includes(name) && !policy.scopes.includes(name))
        expect(policy.ofRole(name).size).toBe(0)
        expect(policy.ofScopes([name]).size).toBe(0)
      }),
    )
  })
  it('allows exactly what a grant holds, whatever set of permissions it is', () => {
    fc.assert(
      fc.property(
        fc.subarray([...policy.permissions]),
        fc.constantFrom(...policy.permissions),
        (held, permission) => {
          expect(allows(new Set(held), permission)).toBe(held.includes(permission))
        },
      ),
    )
  })
  it('lets a key do what both its maker’s role and its scopes hold, and nothing more', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...policy.roles),
        fc.subarray([...policy.scopes]),
        fc.constantFrom(...policy.permissions),
        (role, scopes, permission) => {
          const grant = cutDown(policy.ofRole(role), policy.ofScopes(scopes))
          const both =
            policy.ofRole(role).has(permission) && policy.ofScopes(scopes).has(permission)
          expect(allows(grant, permission)).toBe(both)
        },
      ),
    )
  })
  it('throws for a permission that it does not know, instead of answering', () => {
    for (const permission of ['post.destroy', 'post.', '', 'post.read.'])
      expect(() => allows(policy.ofRole('owner'), permission)).toThrow(/does not know/)
  })
  it('shows a private draft to its author alone, whatever else somebody holds', () => {
    const owner = policy.ofRole('owner')
    const draft = (createdBy: string | null) => ({ visibility: 'private' as const, createdBy })
    for (const permission of policy.permissions.filter((name) => name.startsWith('post.'))) {
      expect(allows(owner, permission, draft('ada'))).toBe(true)
      expect(allows(owner, permission, draft('bob'))).toBe(false)
      expect(allows(owner, permission, draft(null), { person: null } as never)).toBe(false)
      expect(allows(owner, permission, { visibility: 'workspace', createdBy: 'bob' })).toBe(true)
    }
  })
  it('says whether the right is lacking or the object is not for the caller', () => {
    const question = {
      permission: 'post.read',
      caller: me,
      object: { visibility: 'private' as const },
    }
    expect(policy.decide({ ...question, grant: new Set() })).toMatchObject({ lacks: 'grant' })
    expect(policy.decide({ ...question, grant: policy.ofRole('viewer') })).toMatchObject({
      lacks: 'rule',
    })
  })
  it('lets a key that may not publish write drafts and stop things, and change nothing else', () => {
    const scopes = policy.ofScopes(['read', 'write'])
    const allowed = Object.entries(endpoints as Record<string, Endpoint>)
      .filter(([, e]) => e.method !== 'get' && typeof e.can !== 'string')
      .filter(([, e]) => scopes.has((e.can as readonly string[]).join('.')))
      .map(([name]) => name)
    expect(allowed.sort()).toEqual(withoutPublish.trim().split(/\s+/).sort())
  })
  it('stands in roles.txt as it is in force', async () => {
    const file = new URL('../../policies/access/roles.txt', import.meta.url)
    expect(await readFile(file, 'utf8')).toBe(rolesTable(endpoints, policy))
  })
})

describe('a policy file', () => {
  const line = 'p, post.read, any, none, allow'
  const grants = 'set, reader, post.read\nrole, viewer, reader'
  const open = (policy: string, more = '') => openPolicy({ policy, grants: `${grants}\n${more}` })
  it.each([
    ['is empty', ''],
    ['holds only remarks', '# nothing\n\n'],
  ])('that %s refuses to start', async (_why, text) => {
    await expect(open(text)).rejects.toThrow(/empty/)
  })
  it.each([
    ['a field too many', 'p, post.read, any, none, allow, extra'],
    ['a field too few', 'p, post.read, any, allow'],
    ['an empty field', 'p, , any, none, allow'],
    ['a pattern', 'p, post.*, any, none, allow'],
    ['a quoted comma', 'p, "post, members", any, none, allow'],
    ['an unknown kind', 'p2, post.read, any, none, allow'],
    ['an unknown effect', 'p, post.read, any, none, perhaps'],
    ['an unknown rule', 'p, post.read, mine, none, allow'],
    ['a rule of every object', 'p, post.read, constructor, none, allow'],
    ['an unknown obligation', 'p, post.read, any, tea, allow'],
  ])('with %s refuses to start', async (_what, text) => {
    await expect(open(`${line}\n${text}`)).rejects.toThrow()
  })
  it.each([
    ['a set of something unknown', 'set, writer, post.write'],
    ['a role of an unknown set', 'role, editor, writer'],
    ['a line of an unknown kind', 'group, editor, reader'],
    ['a line that is cut short', 'role, editor'],
  ])('of grants with %s refuses to start', async (_what, text) => {
    await expect(open(line, text)).rejects.toThrow()
  })
  it('of grants without a role refuses to start', async () => {
    await expect(openPolicy({ policy: line, grants: 'set, reader, post.read' })).rejects.toThrow(
      /no role/,
    )
  })
  it('that cannot be read as a model refuses to start', async () => {
    await expect(openPolicy({ model: '[request_definition]\nr = a\n' })).rejects.toThrow()
  })
  it('lets a denial win over a permission, in either order', async () => {
    const denial = 'p, post.read, any, none, deny'
    for (const lines of [`${line}\n${denial}`, `${denial}\n${line}`]) {
      const denying = await open(lines)
      const grant = denying.ofRole('viewer')
      const question = { grant, permission: 'post.read', caller: me, object: {} }
      expect(denying.decide(question).allowed).toBe(false)
    }
  })
  it('names what has to be given besides the right', async () => {
    const strict = await open('p, post.read, any, fresh_proof, allow')
    const grant = strict.ofRole('viewer')
    expect(strict.decide({ grant, permission: 'post.read', caller: me, object: {} })).toEqual({
      allowed: true,
      obligations: ['fresh_proof'],
    })
  })
})
