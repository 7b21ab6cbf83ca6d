import { defineConfig } from 'vitest/config';

/** What starts real servers and engines: one file at a time, after everything else. */
const endToEnd = {
  globalSetup: ['tests/harness/shared-server.setup.ts'],
  testTimeout: 240_000,
  hookTimeout: 300_000,
  maxWorkers: 1,
  fileParallelism: false,
};

/** Three projects: `unit` is quick and lies beside the sources, `e2e` is in `tests`, and `nightly` is what takes it minutes more. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 1 },
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/nightly/**', 'tests/trainer/**'],
          ...endToEnd,
        },
      },
      {
        test: {
          name: 'nightly',
          sequence: { groupOrder: 2 },
          include: ['tests/nightly/**/*.test.ts', 'tests/trainer/*.test.ts'],
          ...endToEnd,
        },
      },
    ],
  },
});
