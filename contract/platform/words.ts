/**
 * What is wrong with a field, in a sentence for whoever filled it in. Schemas say it themselves where they know better; this is for the rest,
 * so that no validator's own words reach people. Only the server loads it.
 */
import type { z } from 'zod'

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]
type Issue<C extends RawIssue['code']> = Extract<RawIssue, { code: C }>

const wanted: Record<string, string> = {
  string: 'Use text.',
  number: 'Use a number.',
  int: 'Use a whole number.',
  boolean: 'Use true or false.',
  array: 'Use a list.',
  object: 'Use an object with fields.',
  record: 'Use an object with fields.',
  date: 'Use a date.',
}
const forms: Record<string, string> = {
  uuid: 'Use an id, like 0190aaaa-0000-7000-8000-000000000000.',
  email: 'Give an e-mail address.',
  url: 'Give a whole address, like https://example.com/page.',
  datetime: 'Give a date and time with an offset, like 2026-05-12T09:00:00+02:00.',
  date: 'Give a date, like 2026-05-12.',
  time: 'Give a time, like 09:00.',
}
const otherwise = 'Use another value.'

/** The sentence for an issue without words of its own; hand it to a schema's `parse` as `error`. */
export const plainWords = (issue: RawIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'This is missing.' : (wanted[issue.expected] ?? otherwise)
    case 'too_small':
      return tooSmall(issue)
    case 'too_big':
      return tooBig(issue)
    case 'invalid_format':
      return badForm(issue)
    case 'invalid_value':
      return oneOf(issue.values)
    case 'unrecognized_keys':
      return `Leave out ${issue.keys.join(', ')}.`
    case 'not_multiple_of':
      return `Use a multiple of ${String(issue.divisor)}.`
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? oneOf(issue.options) : otherwise
    case 'invalid_key':
      return 'One of these names cannot be used.'
    default:
      return otherwise
  }
}

function tooSmall({ origin, minimum, inclusive, exact }: Issue<'too_small'>): string {
  const least = String(minimum)
  if (origin === 'string')
    return exact ? `Use exactly ${signs(least)}.` : `Use at least ${signs(least)}.`
  if (isMany(origin)) return `Give at least ${least}.`
  return inclusive ? `Use ${least} or more.` : `Use more than ${least}.`
}

function tooBig({ origin, maximum, inclusive, exact }: Issue<'too_big'>): string {
  const most = String(maximum)
  if (origin === 'string')
    return exact ? `Use exactly ${signs(most)}.` : `Use at most ${signs(most)}.`
  if (isMany(origin)) return `Give at most ${most}.`
  return inclusive ? `Use ${most} or less.` : `Use less than ${most}.`
}

const signs = (count: string): string => `${count} ${count === '1' ? 'character' : 'characters'}`
const isMany = (origin: string): boolean => ['array', 'set', 'map', 'file'].includes(origin)

function badForm(issue: Issue<'invalid_format'>): string {
  if (issue.format === 'starts_with') return `Begin with ${String(issue.prefix)}.`
  if (issue.format === 'ends_with') return `End with ${String(issue.suffix)}.`
  return forms[issue.format] ?? 'This has another form than is wanted here.'
}

function oneOf(values: readonly unknown[]): string {
  const names = values.map(String)
  return names.length === 1 ? `Use ${names[0]}.` : `Use one of these: ${names.join(', ')}.`
}

/** A field's name as people read it, for a sentence that does not stand beside the field: `brief/postsPerWeek` is "Posts per week". */
export function fieldName(path: readonly PropertyKey[]): string {
  const last = path.findLast((part) => typeof part === 'string' && !/^\d+$/.test(part))
  const words = String(last ?? 'this').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
