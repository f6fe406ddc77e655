import chromium from '@sparticuz/chromium'
import { type Browser, chromium as driver } from 'playwright-core'

/**
 * The package's own arguments include `--single-process`, which ends the browser on the second page. `--no-sandbox` because
 * continuous integration runs as root; the rest keeps it from calling out.
 */
const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Chromium that the package unpacks, or the one that `CHROMIUM` names. */
export const browserPath = async (): Promise<string> =>
  process.env.CHROMIUM ?? (await chromium.executablePath())

/** A headless Chromium. Close it with `browser.close()`. */
export async function openBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: await browserPath(),
    args: launchArguments,
    headless: true,
  })
}
