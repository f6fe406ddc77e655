/** Small helpers of the pages' server side. */
import { error, fail, redirect, type ActionFailure } from '@sveltejs/kit'
import { Problem, problems } from '#contract/platform/problems.ts'
import { paths } from '#lib/paths.ts'
import { refusalOf, type Refusal } from '#lib/platform/problems.ts'

/** Runs what a page needs; a refusal becomes the error page with its kind, a missing session the sign-in page. */
export async function load<T>(work: () => Promise<T>, here: URL): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    if (thrown.kind === 'unauthenticated') redirect(303, paths.signIn(here.pathname + here.search))
    const { status, kind, detail } = thrown
    error(status, problems[kind].title, { kind, ...(detail ? { detail } : {}) })
  }
}

/** A refused form: its faults and what was typed (never passwords), for the same page. */
export function refused<V extends Record<string, unknown>>(
  thrown: unknown,
  values: V,
): ActionFailure<Refusal & { values: V }> {
  if (!(thrown instanceof Problem)) throw thrown
  return fail(thrown.status, { ...refusalOf(thrown), values })
}

/** Only our own pages: a foreign `next` is ignored. */
export function safeNext(next: string | null | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : paths.app()
}

/** A text field of a form, without the spaces around it. */
export const text = (form: FormData, name: string): string => String(form.get(name) ?? '').trim()
