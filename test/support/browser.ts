import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as driver } from 'playwright-core'
import { withLock } from '../../scripts/lib/lock.ts'
import { cacheFolder, inRoot } from '../../scripts/lib/paths.ts'

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

const versionOf = (file: string): string =>
  (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version

/** Chromium that `CHROMIUM` names, or the package's, unpacked into the cache once, whoever asks first. */
export async function browserPath(): Promise<string> {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  const version = versionOf(inRoot('node_modules', '@sparticuz', 'chromium', 'package.json'))
  const folder = join(cacheFolder(), `chromium-${version}`)
  if (!existsSync(folder))
    await withLock(`${cacheFolder()}/chromium.lock`, async () => {
      if (!existsSync(folder)) await unpack(folder)
    })
  return join(folder, 'chromium')
}

/**
 * The package unpacks into the temporary folder and takes whatever lies there for whole, even half a file. So it gets a folder of its own, which
 * takes its place when all of it is there.
 */
async function unpack(folder: string): Promise<void> {
  mkdirSync(cacheFolder(), { recursive: true })
  const half = mkdtempSync(join(cacheFolder(), 'half-'))
  const before = process.env.TMPDIR
  process.env.TMPDIR = half
  try {
    await chromium.executablePath()
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  // For machines without fonts of their own.
  writeFileSync(
    join(half, 'fonts', 'fonts.conf'),
    `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
  )
  renameSync(half, folder)
}

/** A headless Chromium. Close it with `browser.close()`. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await browserPath()
  const fonts = existsSync('/etc/fonts')
    ? {}
    : { FONTCONFIG_PATH: join(executablePath, '..', 'fonts') }
  return driver.launch({
    executablePath,
    args: launchArguments,
    headless: true,
    env: { ...process.env, ...fonts } as Record<string, string>,
  })
}
