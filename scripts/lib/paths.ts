import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Root of the checkout, absolute. */
export const root = resolve(import.meta.dirname, '../..')

/** `inRoot('web', 'build')` is an absolute path inside the checkout. */
export const inRoot = (...parts: string[]): string => join(root, ...parts)

/** Downloads live apart from the data: they can be deleted at any time and are shared by all checkouts. */
export const cacheFolder = (): string =>
  resolve(process.env.POSTAURA_CACHE ?? join(homedir(), '.cache', 'postaura'))

/** The data folder: `--data`, else `DATA_DIR`, else `.postaura` in the checkout. */
export const dataFolder = (fromArgument?: string): string =>
  resolve(fromArgument ?? process.env.DATA_DIR ?? inRoot('.postaura'))

/** Takes over variables from a file `.env` in the checkout; what is set already wins. */
export function loadEnvironmentFile(): void {
  const file = inRoot('.env')
  if (existsSync(file)) process.loadEnvFile(file)
}
