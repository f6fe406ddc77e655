/**
 * Nothing outside `networks/` names a network: what the product wants to know of one stands in its manifest. No import rule sees a name in a
 * string or in a sentence, so this reads the text.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { subjects } from './subjects.ts'

/** Folders whose code is looked at; tests, benches and scripts may play with particular networks. */
const folders = [
  'contract',
  'core',
  'llm',
  'api',
  'activities',
  'workflows',
  'policies',
  'migrations',
  'web/src',
]

/** One line for each place in the tree at `root` where a network's name stands. */
export function namedNetworks(root: string): string[] {
  const names = readdirSync(join(root, 'networks'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, pattern: patternFor(name) }))
  return folders.flatMap((folder) =>
    sources(root, folder).flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          names
            .filter(({ pattern }) => pattern.test(line))
            .map(({ name }) => `${file}:${index + 1}: names the network ${name}`),
        ),
    ),
  )
}

/**
 * A name that is also a subject's is an ordinary word: it counts where it is quoted (but as a class, or where `aria-current` has it as a value), where a
 * registry of networks is asked for it, and in an import. Any other name counts everywhere, comments included.
 */
function patternFor(name: string): RegExp {
  if (!(subjects as string[]).includes(name)) return new RegExp(name, 'i')
  return new RegExp(
    `^(?!.*aria-current).*(?<!class=)(['"\`])${name}\\1|networks[.?!]+${name}\\b|networks/${name}/`,
  )
}

/** Files with code below a folder, as paths below `root`. */
function sources(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|svelte)$/.test(file))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
}
