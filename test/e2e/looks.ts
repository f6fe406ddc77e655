/** Looks at a page as axe does: every rule that axe has for WCAG 2.2 AA and its best practices, in both themes and at both widths. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

interface Look {
  width: number
  colorScheme: 'light' | 'dark'
}
/** Both themes at both widths. */
export const looks: Look[] = [360, 1280].flatMap((width) => [
  { width, colorScheme: 'light' },
  { width, colorScheme: 'dark' },
])
/** Each theme and each width once: for pages made of parts that were looked at in all four. */
export const fewLooks = [looks[0]!, looks[3]!]

/** What axe finds, one line for each fault; an empty list is the aim. */
export async function faultsOf(page: Page, chosen = fewLooks): Promise<string[]> {
  const found = new Set<string>()
  for (const { width, colorScheme } of chosen) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.waitForFunction(
      (scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches,
      colorScheme,
    )
    await page.waitForTimeout(150)
    await settled(page)
    for (const line of await look(page)) found.add(`${width} ${colorScheme}: ${line}`)
  }
  return [...found]
}

/** Colours that are on their way are nobody's fault. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((a) => a.effect?.getComputedTiming().iterations !== Infinity)
        .map((a) => a.finished),
    )
  })

async function look(page: Page): Promise<string[]> {
  // The one rule of WCAG 2.2 AA that axe leaves off unless asked.
  const axe = new AxeBuilder({ page }).options({ rules: { 'target-size': { enabled: true } } })
  const { violations } = await axe.analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      (node) =>
        `${id} ${node.target.join(' ')} ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`,
    ),
  )
}

/** Whether something is wider than a phone: a page that scrolls sideways. */
export async function sidewaysAt360(page: Page): Promise<number> {
  await page.setViewportSize({ width: 360, height: 800 })
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
}
