import { spawn } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { inRoot, root } from './paths.ts'

export interface Outcome {
  code: number
  /** What it wrote, both streams as they came. */
  output: string
}

/** Our own Node goes first on PATH, so that the programs of node_modules run under it. */
export const toolEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
})

function collect(command: string, args: string[], folder: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: toolEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** Runs a program of node_modules to its end and gives back what it said. */
export const runTool = (name: string, args: string[], folder = root): Promise<Outcome> =>
  collect(inRoot('node_modules', '.bin', name), args, folder)

/** Runs a script of ours as a process of its own. */
export const runScript = (file: string): Promise<Outcome> => collect(process.execPath, [file], root)
