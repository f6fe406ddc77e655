import svelte from 'eslint-plugin-svelte'
import { defineConfig } from 'eslint/config'
import ts from 'typescript-eslint'

/** Syntax that is forbidden somewhere, with the reason that the person reads. */
const forbidden = {
  environment: {
    // An entry point may hand the whole of it to a reader in core/platform/config.ts.
    selector:
      "MemberExpression[object.name='process'][property.name='env']:not(CallExpression[callee.name=/^read/] > MemberExpression)",
    message: 'Only core/platform/config.ts reads the environment (scripts and test support aside).',
  },
  defaultExport: {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name, so that a thing has one name everywhere.',
  },
  transaction: {
    selector: "CallExpression > MemberExpression.callee[property.name='transaction']",
    message:
      'Open a unit of work with db.tx (core/platform/db.ts): a transaction of your own has no tenant.',
  },
  spreadLiteral: {
    selector: 'SpreadElement > ObjectExpression',
    message:
      'Write the properties out: spread from a literal, a property too many is no error any more.',
  },
  localeText: {
    selector: 'MemberExpression[property.name=/^toLocale/]',
    message:
      'What a workflow computes must not depend on the machine: format in the web or in an activity.',
  },
}
const forbid = (...names) => ['error', ...names.map((name) => forbidden[name])]

const size = (lines) => ['error', { max: lines, skipBlankLines: false, skipComments: false }]

export default defineConfig(
  {
    ignores: [
      'node_modules/',
      'build/',
      'coverage/',
      'web/build/',
      '**/.svelte-kit/',
      '.postaura/',
    ],
  },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.{ts,js,mjs,cjs,svelte}'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': size(300),
      'max-lines-per-function': size(60),
      'no-restricted-syntax': forbid(
        'environment',
        'spreadLiteral',
        'defaultExport',
        'transaction',
      ),
      'no-console': 'off',
      eqeqeq: ['error', 'smart'],
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-empty-object-type': ['error', { allowObjectTypes: 'always' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['web/**'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A promise that nobody waits for loses its error, and a unit of work may be over before it runs.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
  },
  // Props are written with let: the plugin knows which of them are reassigned.
  {
    files: ['**/*.svelte'],
    rules: {
      'max-lines': size(150),
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
    },
  },
  // The product lives at the root of its address; lib/paths.ts builds every link.
  { files: ['web/**'], rules: { 'svelte/no-navigation-without-resolve': 'off' } },
  {
    files: ['workflows/**'],
    rules: {
      'no-restricted-syntax': forbid(
        'environment',
        'spreadLiteral',
        'defaultExport',
        'transaction',
        'localeText',
      ),
      'no-restricted-globals': ['error', 'Intl', 'process', 'setInterval', 'fetch', 'crypto'],
      'no-restricted-imports': ['error', { patterns: ['node:*', '#lib/*'] }],
    },
  },
  {
    files: ['core/platform/db.ts'],
    rules: { 'no-restricted-syntax': forbid('environment', 'spreadLiteral', 'defaultExport') },
  },
  {
    files: [
      'core/platform/config.ts',
      // Has to tell SvelteKit's handler, by the environment alone, which headers to trust.
      'api/app.ts',
      // Takes one variable away that ends a native module.
      'activities/worker.ts',
      'scripts/**',
      'test/support/**',
      'test/scripts/**',
      'bench/**',
      'test/faults/**',
      'test/e2e/readme.test.ts',
    ],
    rules: { 'no-restricted-syntax': forbid('spreadLiteral', 'defaultExport', 'transaction') },
  },
  {
    // Their programs read a default export.
    files: [
      '*.config.{ts,js}',
      'web/*.config.{ts,js}',
      '.dependency-cruiser.mjs',
      'scripts/lib/counts-reporter.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // A test reads best as one story, and a migration is written once and never touched again.
    files: ['test/**', 'bench/**', 'migrations/**'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Migrations run before there is a tenant, and are frozen at whatever length they have.
    files: ['migrations/**'],
    rules: {
      'max-lines': 'off',
      'no-restricted-syntax': forbid('environment', 'spreadLiteral', 'defaultExport'),
    },
  },
  { files: ['migrations/**', 'test/**'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
)
