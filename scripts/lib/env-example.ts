import { Environment } from '../../core/platform/config.ts'

interface Variable {
  name: string
  meaning: string
  usual: string
}

/** What is missing in the environment, as zod sees it, is the default. */
const defaults: Record<string, unknown> = Object.fromEntries(
  Object.entries(Environment.shape).map(([name, schema]) => [
    name,
    schema.safeParse(undefined).data,
  ]),
)

const shown = (value: unknown): string => {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return Array.isArray(value) ? value.join(',') : String(value ?? '')
}

const fromConfig = (): Variable[] =>
  Object.entries(Environment.shape).map(([name, schema]) => ({
    name,
    meaning: schema.description ?? '',
    usual: shown(defaults[name]),
  }))

/** What only start and the tests read: they prepare the machine before there is a configuration. */
const ofTooling: Variable[] = [
  { name: 'POSTAURA_CACHE', meaning: 'Folder for downloads', usual: '~/.cache/postaura' },
  { name: 'TEMPORAL_CLI', meaning: "Temporal's CLI to use instead of a fetched one", usual: '' },
  { name: 'TEMPORAL_TEST_SERVER', meaning: 'Time-skipping server for tests', usual: '' },
  { name: 'PYTHON', meaning: 'Python with pip, for fetching wheels', usual: 'python3' },
  { name: 'CHROMIUM', meaning: 'Browser for tests instead of the packaged one', usual: '' },
]

const sample = ({ name, meaning, usual }: Variable): string => `# ${meaning}\n#${name}=${usual}\n`

/** Text of `.env.example`: every variable with its meaning and its default, all of them commented out. */
export const environmentExample = (): string =>
  [
    '# Copy to .env, which npm start and docker compose read. Nothing has to be set for npm start: it brings its own',
    '# Postgres, Temporal and keys; DATABASE_URL and TEMPORAL_ADDRESS switch those parts off. A test holds this file to',
    '# core/platform/config.ts; after a change there run: node scripts/env-example.ts\n',
    ...fromConfig().map(sample),
    '# Read by the scripts alone\n',
    ...ofTooling.map(sample),
  ].join('\n')
