/** What people do on several pages. */
import type { Page } from 'playwright-core'

/** On a post's page: publishes it now, past the question whether it shall go out at once. */
export async function publishNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Approve and publish now…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Publish now' })
  await dialog.getByRole('button', { name: 'Approve and publish now' }).click()
  await dialog.waitFor({ state: 'detached' })
}
