import { defineConfig } from 'vitest/config'

const slow = ['test/e2e/**', 'test/faults/**', 'test/peers/**']

/** `peers` needs programs that take minutes to fetch, so it runs only when asked for (`npm run test:peers`). */
const peers = process.env.POSTAURA_TEST_PEERS
  ? [{ extends: true as const, test: { name: 'peers', include: ['test/peers/**/*.test.ts'] } }]
  : []

export default defineConfig({
  test: {
    globalSetup: ['test/support/servers.ts'],
    maxWorkers: 2,
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: slow },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/web-build.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: 'faults', include: ['test/faults/**/*.test.ts'], testTimeout: 120_000 },
      },
      ...peers,
    ],
  },
})
