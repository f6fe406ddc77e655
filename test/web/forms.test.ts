/** Rules that hold for every form of the dashboard. */
import { readFileSync, globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inRoot } from '../../scripts/lib/paths.ts'

describe('the forms of the pages', () => {
  const forms = globSync('web/src/**/*.svelte', { cwd: inRoot() }).flatMap((file) =>
    readFileSync(inRoot(file), 'utf8')
      .split('<form')
      .slice(1)
      .map((rest) => ({ file, method: /^[^{]*?\bmethod="(\w+)"/.exec(rest)?.[1] })),
  )
  it('never put what was typed into an address, not even when they are sent before their page is ready', () => {
    expect(forms.length).toBeGreaterThan(10)
    expect(forms.filter(({ method }) => !['POST', 'dialog'].includes(method ?? ''))).toEqual([])
  })
})
