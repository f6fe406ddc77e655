import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** Logs are gone after this many days: the privacy policy says 30 to 90. */
const keptDays = 30
const aside = /\.(\d{4}-\d\d-\d\d)\.log$/

/**
 * On the first call of a day: puts the logs of the day before aside under that day's date, and deletes what is too old. The
 * files are copied and emptied rather than renamed, because the processes that write them hold them open.
 */
export function turnLogs(folder: string, now: Date): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const today = now.toISOString().slice(0, 10)
  const dayFile = join(folder, '.day')
  const day = existsSync(dayFile) ? readFileSync(dayFile, 'utf8') : today
  writeFileSync(dayFile, today)
  const oldest = new Date(now.getTime() - keptDays * 86_400_000).toISOString().slice(0, 10)
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.log'))) {
    const file = join(folder, name)
    const dated = aside.exec(name)?.[1]
    if (dated && dated < oldest) rmSync(file)
    if (dated || day === today || statSync(file).size === 0) continue
    copyFileSync(file, file.replace(/\.log$/, `.${day}.log`))
    truncateSync(file)
  }
}
