import { lowerOf, subjects } from './scripts/lib/subjects.ts'

/**
 * Who may import whom. The table is the one of the README; everything else here is derived from it.
 * @type {Record<string, { run?: string[], types?: string[] }>} folders whose code, and folders of which types alone
 */
const table = {
  contract: {},
  llm: { run: ['contract'] },
  networks: { run: ['contract'] },
  policies: { run: ['contract'] },
  core: { run: ['contract', 'networks', 'llm', 'policies'], types: ['workflows'] },
  activities: { run: ['core', 'networks', 'llm', 'contract'], types: ['workflows'] },
  workflows: { types: ['activities', 'contract'] },
  api: { run: ['contract', 'core', 'networks', 'llm', 'policies'] },
  web: { run: ['contract'] },
  migrations: {},
}

const folders = [...Object.keys(table), 'scripts', 'test', 'bench']
const inside = (names) => `^(${names.join('|')})/`
const others = (allowed) => folders.filter((folder) => !allowed.includes(folder))

/** Layers whose rooms are the subjects: within each of them the subjects' arrows hold. */
const layered = ['contract', 'core', 'activities', 'workflows', 'api']
const arrows = subjects.map((subject) => ({
  name: `${subject}-knows-only-lower-subjects`,
  comment: `a room of ${subject} may import ${[subject, ...lowerOf(subject)].join(', ')}; what it causes elsewhere goes through a registry (core/open.ts)`,
  severity: 'error',
  from: { path: `^(${layered.join('|')})/${subject}/` },
  to: {
    path: `^$1/(${subjects.filter((other) => other !== subject && !lowerOf(subject).includes(other)).join('|')})/`,
  },
}))

/** Exceptions of single files, each with its own rule below. */
const apart = { migrations: '^migrations/run\\.ts$' }
/** What the web may see of the networks: their manifests, and what these share. */
const pure = [
  '^networks/(manifest|manifests|findings|counting)\\.ts$',
  '^networks/[^/]+/manifest\\.ts$',
]
const alsoTo = { web: pure }

/** What a browser may load of the contract: whatever reaches no schema. */
const withoutSchemas = [
  '^contract/(client|routes)\\.ts$',
  '^contract/[^/]+/routes\\.ts$',
  '^contract/platform/(endpoint|event-catalogue|problems|subjects)\\.ts$',
  '^contract/posts/handles\\.ts$',
  '^contract/campaigns/utm\\.ts$',
]
/** Files of the web that SvelteKit keeps away from the browser. */
const serverSide = ['\\.server\\.ts$', '^web/src/lib/server/']

const boundaries = Object.entries(table).flatMap(([folder, { run = [], types = [] }]) => [
  {
    name: `${folder}-imports-only-its-own`,
    comment: `${folder}/ may import ${[folder, ...run].join(', ')}${types.length ? ` and types of ${types.join(', ')}` : ''}`,
    severity: 'error',
    from: { path: inside([folder]), ...(apart[folder] ? { pathNot: apart[folder] } : {}) },
    to: {
      path: inside(others([folder, ...run, ...types])),
      ...(alsoTo[folder] ? { pathNot: alsoTo[folder] } : {}),
    },
  },
  ...(types.length
    ? [
        {
          name: `${folder}-imports-types-alone`,
          comment: `of ${types.join(', ')} only types: write "import type"`,
          severity: 'error',
          from: { path: inside([folder]) },
          to: { path: inside(types), dependencyTypesNot: ['type-only'] },
        },
      ]
    : []),
])

const runtimePackages = (folder, allowed) => ({
  name: `${folder}-runs-without-other-packages`,
  comment: `at run time ${folder}/ imports ${allowed} and no other package`,
  severity: 'error',
  from: { path: inside([folder]) },
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'core'],
    dependencyTypesNot: ['type-only'],
    pathNot: `(^|/)${allowed}(/|$)`,
  },
})

export default {
  forbidden: [
    ...boundaries,
    ...arrows,
    {
      name: 'core-has-rooms',
      comment:
        'every file of core/ stands in a subject; open.ts puts them together, and nothing of core knows it',
      severity: 'error',
      from: { path: '^core/[^/]+/' },
      to: { path: '^core/[^/]+\\.ts$' },
    },
    runtimePackages('contract', 'zod'),
    runtimePackages('workflows', '@temporalio/workflow'),
    {
      name: 'manifests-are-pure',
      comment:
        'the web imports manifest.ts: it may import counting and types of manifests, and nothing else',
      severity: 'error',
      from: { path: pure },
      to: { pathNot: pure },
    },
    {
      name: 'browser-loads-no-schemas',
      comment:
        'what a page loads may import types of schemas, and at run time neither zod nor what reaches it: every visitor would download it',
      severity: 'error',
      from: { path: ['^web/', ...pure, ...withoutSchemas], pathNot: serverSide },
      to: {
        path: ['^contract/', '(^|/)zod(/|$)'],
        pathNot: withoutSchemas,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'migrations-run-knows-config-and-db',
      severity: 'error',
      from: { path: apart.migrations },
      to: { path: inside(others(['migrations'])), pathNot: '^core/platform/' },
    },
    {
      name: 'no-circular',
      comment: 'types may refer to each other, code may not',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'production-without-development-packages',
      severity: 'error',
      from: { path: inside(others(['web', 'test', 'bench', 'scripts'])) },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { pathNot: '^web/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)(build|\\.svelte-kit)/', '\\$types'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
}
