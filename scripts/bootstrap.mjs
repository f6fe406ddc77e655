// Makes a fresh machine ready and hands over to scripts/COMMAND.ts under Node 24. Plain JavaScript without dependencies,
// because it runs before anything is installed and under any Node from 18 on.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const startedAt = Date.now()
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.postaura-lockfile')
const wantedMajor = 24

const [command = '', ...rest] = process.argv.slice(2)
// With --json stdout belongs to one JSON object, so progress goes to stderr.
const out = rest.includes('--json') ? process.stderr : process.stdout
const say = (text) => out.write(`${text}\n`)

const fail = (what, advice) => {
  process.stderr.write(`\n✗ ${what}\n  → ${advice}\n`)
  process.exit(1)
}

const took = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

/** Whether what is installed is what the lockfile names, down to each version (packages of other platforms aside). */
function isInstalled(lockText) {
  const installedFile = join(modules, '.package-lock.json')
  if (!existsSync(installedFile)) return false
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages
  const locked = Object.entries(JSON.parse(lockText).packages).filter(([path]) => path !== '')
  const here = (path, entry) => installed[path]?.version === entry.version
  return locked.every(([path, entry]) => here(path, entry) || (entry.optional && !installed[path]))
}

/** Runs `npm ci` when the lockfile is not the one that was installed from. */
function ensurePackages() {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const hash = createHash('sha256').update(lockText).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  if (!isInstalled(lockText)) install()
  writeFileSync(stamp, hash)
}

function install() {
  const since = Date.now()
  say('… Installing packages, once (npm ci; about a minute)')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
  if (result.error?.code === 'ENOENT') {
    fail('npm is not on PATH', 'install Node.js with npm, from https://nodejs.org')
  }
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
    fail(
      'npm ci failed',
      'see its message above; check the connection to the registry and run again',
    )
  }
  say(`✓ Packages installed (${took(since)})`)
}

const majorOf = (node) => {
  const result = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return Number(/^v(\d+)\./.exec(result.stdout ?? '')?.[1] ?? 0)
}

/** Path of a Node that is new enough: this one, the platform's package, or one on PATH. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath
  const packaged = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(packaged)) return packaged
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  const found = onPath.find((node) => existsSync(node) && majorOf(node) >= wantedMajor)
  return (
    found ??
    fail(
      `This is Node ${process.versions.node}; PostAura needs Node ${wantedMajor}, and no package brings it to ${process.platform} on ${process.arch}`,
      `install Node ${wantedMajor} (https://nodejs.org, or "nvm install ${wantedMajor}") and put it first on PATH`,
    )
  )
}

const namesIn = (folder, pattern) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder))
        .map((name) => pattern.exec(name)?.[1])
        .filter(Boolean)
    : []

/** The script that a command stands for, and the arguments left for it. */
function scriptOf() {
  if (command === 'faults') return ['test/faults/run.ts', rest]
  if (command !== 'bench') return [`scripts/${command.replaceAll(':', '-')}.ts`, rest]
  const benches = namesIn('bench', /^([a-z-]+)\.ts$/)
  const name = rest.find((argument) => !argument.startsWith('-'))
  if (!name || !benches.includes(name)) {
    fail(
      `There is no benchmark "${name ?? ''}"`,
      `npm run bench -- NAME, one of: ${benches.join(', ')}`,
    )
  }
  return [`bench/${name}.ts`, rest.filter((argument) => argument !== name)]
}

/** Commands that run until they are stopped, and look themselves whether whoever started them is still there. */
const standing = ['start', 'simulators']

/** The supervisor stands for weeks and does little: what is read stays read, and its young generation may be small. */
const flagsOf = (name) => (name === 'start' ? ['--max-semi-space-size=1'] : [])

/** The script takes this process's place, so that no wrapper stands beside it. */
function become(node, run, env) {
  // That this call is experimental is known, and not the user's concern.
  process.removeAllListeners('warning')
  const parent = process.env.npm_lifecycle_event ? { POSTAURA_PARENT: String(process.ppid) } : {}
  process.execve(node, [node, ...run], { ...env, ...parent })
}

/**
 * Hands signals on and ends as the child ends. A killed npm cannot hand anything on: then our parent changes, and the
 * child is asked to stop, so that nothing goes on running that nobody sees.
 */
function follow(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const parent = process.ppid
  if (process.env.npm_lifecycle_event) {
    setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000).unref()
  }
  child.once('exit', (code, signal) =>
    process.exit(code ?? 128 + constants.signals[signal ?? 'SIGTERM']),
  )
}

if (!/^[a-z][a-z:-]*$/.test(command)) {
  fail('No command given', 'node scripts/bootstrap.mjs start (or test, doctor, check …)')
}
ensurePackages()
const node = findNode()
const [script, args] = scriptOf()
if (!existsSync(join(root, script)))
  fail(`There is no ${script}`, 'see the commands in package.json')
const run = [...flagsOf(command), join(root, script), ...args]
const env = {
  ...process.env,
  // Whatever is started from here finds the same Node first.
  PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
  POSTAURA_STARTED_AT: String(startedAt),
  ...(command === 'start' ? { NODE_COMPILE_CACHE: join(root, 'build', 'compile-cache') } : {}),
}
if (standing.includes(command) && process.execve) {
  become(node, run, env)
} else {
  follow(
    spawn(node, run, { stdio: 'inherit', env: { ...env, POSTAURA_PARENT: String(process.pid) } }),
  )
}
