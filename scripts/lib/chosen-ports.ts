import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { takePort } from './ports.ts'

export interface Ports {
  web: number
  postgres: number
  temporal: number
  temporalUi: number
}

const usual: Ports = { web: 3000, postgres: 5544, temporal: 7233, temporalUi: 8233 }

/** The ports that this data folder uses, or would use. */
export function keptPorts(data: string): Ports {
  const file = join(data, 'ports.json')
  if (!existsSync(file)) return usual
  return { ...usual, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Ports>) }
}

/**
 * Ports for this data folder: `webPort` when given (0: any free one), else those of last time, else the usual ones. A taken
 * port gives way to the next free one; `say` is told. The choice is kept in `<data>/ports.json`.
 */
export async function choosePorts(
  data: string,
  webPort: number | undefined,
  host: string,
  say: (text: string) => void,
): Promise<Ports> {
  const wanted = { ...keptPorts(data) }
  if (webPort !== undefined) wanted.web = webPort
  const taken = new Set<number>()
  const chosen = { ...wanted }
  for (const name of Object.keys(usual) as (keyof Ports)[]) {
    const port = await takePort(wanted[name], taken, name === 'web' ? host : '127.0.0.1')
    if (wanted[name] !== 0 && port !== wanted[name]) {
      say(`Port ${wanted[name]} is taken; ${name} uses ${port}`)
    }
    taken.add(port)
    chosen[name] = port
  }
  writeFileSync(join(data, 'ports.json'), JSON.stringify(chosen, null, 2))
  return chosen
}
