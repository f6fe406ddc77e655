import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { endpoints } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { fieldName, plainWords } from '#contract/platform/words.ts'

const said = (schema: z.ZodType, value: unknown): string[] =>
  schema.safeParse(value, { error: plainWords }).error?.issues.map((i) => i.message) ?? []

describe('what is said about a field', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['left out', z.string(), undefined, 'This is missing.'],
    ['no text', z.string(), 4, 'Use text.'],
    ['no number', z.number(), null, 'Use a number.'],
    ['no number in a query', z.coerce.number(), 'abc', 'Use a number.'],
    ['no whole number', z.number().int(), 1.5, 'Use a whole number.'],
    ['no yes or no', z.boolean(), 'x', 'Use true or false.'],
    ['no list', z.array(z.string()), {}, 'Use a list.'],
    ['no object', z.object({}), [], 'Use an object with fields.'],
    ['no record', z.record(z.string(), z.string()), 1, 'Use an object with fields.'],
    ['too few characters', z.string().min(2), 'a', 'Use at least 2 characters.'],
    ['no character', z.string().min(1), '', 'Use at least 1 character.'],
    ['too many characters', z.string().max(2), 'abc', 'Use at most 2 characters.'],
    ['another length', z.string().length(3), 'EURO', 'Use exactly 3 characters.'],
    ['too small', z.number().min(0), -1, 'Use 0 or more.'],
    ['not above', z.number().gt(0), 0, 'Use more than 0.'],
    ['too large', z.number().max(9), 10, 'Use 9 or less.'],
    ['not below', z.number().lt(9), 9, 'Use less than 9.'],
    ['too few of them', z.array(z.any()).min(1), [], 'Give at least 1.'],
    ['too many of them', z.array(z.any()).max(1), [1, 2], 'Give at most 1.'],
    ['no id', z.uuid(), '1', 'Use an id, like 0190aaaa-0000-7000-8000-000000000000.'],
    ['no address', z.url(), 'x', 'Give a whole address, like https://example.com/page.'],
    ['no date', z.iso.date(), 'x', 'Give a date, like 2026-05-12.'],
    ['another beginning', z.string().startsWith('/'), 'x', 'Begin with /.'],
    ['another form', z.string().regex(/^a+$/), 'b', 'This has another form than is wanted here.'],
    ['none of those', z.enum(['eu', 'us']), 'xx', 'Use one of these: eu, us.'],
    ['not that one', z.literal('eu'), 'xx', 'Use eu.'],
    ['one too many', z.strictObject({}), { a: 1 }, 'Leave out a.'],
    ['off the grid', z.number().multipleOf(5), 3, 'Use a multiple of 5.'],
    ['of no kind', z.union([z.string(), z.number()]), true, 'Use another value.'],
    ['refused without words', z.any().refine(() => false), 1, 'Use another value.'],
    [
      'a name that is none',
      z.record(z.string().max(1), z.any()),
      { long: 1 },
      'One of these names cannot be used.',
    ],
    [
      'a choice that is none',
      z.discriminatedUnion('choice', [
        z.object({ choice: z.literal('leave') }),
        z.object({ choice: z.literal('send') }),
      ]),
      { choice: 'x' },
      'Use one of these: leave, send.',
    ],
  ])('%s', (_what, schema, value, sentence) => {
    expect(said(schema, value)).toEqual([sentence])
  })
  it('leaves the schema its own words', () => {
    expect(said(z.string().min(1, 'Write a few words.'), '')).toEqual(['Write a few words.'])
  })
  it('is a sentence for every field of every endpoint, whatever is sent', () => {
    const schemas = Object.values(endpoints as Record<string, Endpoint>)
      .flatMap((e) => [e.body, e.query])
      .filter((schema) => schema !== undefined)
    const jargon = /invalid|too (small|big)|expected|received|undefined|NaN|pattern|string|null/i
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.nat(), fc.jsonValue(), (schema, seed, odd) => {
        for (const sentence of said(schema, spoiled(schema, seed, odd))) {
          expect(sentence).toMatch(/^[A-Z].*[.?]$/s)
          expect(sentence).not.toMatch(jargon)
        }
      }),
      { numRuns: 3000 },
    )
  })
})

/** An object with the schema's own fields, some left out, some odd. */
function spoiled(schema: z.ZodType, seed: number, odd: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || seed % 7 === 0) return odd
  const fill = [odd, undefined, null, -1, 1e300, 'x'.repeat(30_000), [], [odd], {}, 'not a thing']
  return Object.fromEntries(
    Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, inner], i) => {
      const next = seed + i * 3
      return [name, next % 3 === 0 ? spoiled(inner, next, odd) : fill[next % fill.length]]
    }),
  )
}

describe('a field’s name', () => {
  it.each([
    [['brief', 'postsPerWeek'], 'Posts per week'],
    [['facts', 3], 'Facts'],
    [[], 'This'],
  ])('of %j is %s', (path, name) => {
    expect(fieldName(path)).toBe(name)
  })
})
