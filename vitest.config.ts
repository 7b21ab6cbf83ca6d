import { defineConfig } from 'vitest/config';
import { SlowFirst } from './tests/harness/slow-first.ts';

/** Some race against a machine that others may load. What passes on the second try only is named at the end of `npm test`. */
const retry = 1;

/** What starts real servers and engines. */
const endToEnd = {
  globalSetup: ['tests/harness/shared-server.setup.ts'],
  testTimeout: 240_000,
  hookTimeout: 300_000,
  // What is polled for comes in a moment, and on a busy machine in some.
  expect: { poll: { timeout: 15_000 } },
  retry,
};

/** They kill processes at random moments, or wait for the machine to be quiet, which a file beside them would prevent. */
const needQuiet = ['tests/chaos.test.ts', 'tests/spare-engine.test.ts'];

/**
 * Four projects, one after the other: `unit` is quick and lies beside the sources, `e2e` is in `tests` and runs two files at a
 * time, `quiet` is what has the machine for itself, and `nightly` what takes minutes more.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts', 'web/src/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
          // Files share what they import: loading the sources anew for each takes as long as the tests.
          isolate: false,
          retry,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 1 },
          include: ['tests/*.test.ts'],
          exclude: needQuiet,
          maxWorkers: 2,
          ...endToEnd,
        },
      },
      {
        test: {
          name: 'quiet',
          sequence: { groupOrder: 2 },
          include: needQuiet,
          maxWorkers: 1,
          ...endToEnd,
          globalSetup: [],
        },
      },
      {
        test: {
          name: 'nightly',
          sequence: { groupOrder: 3 },
          include: ['tests/nightly/**/*.test.ts', 'tests/trainer/*.test.ts'],
          maxWorkers: 1,
          ...endToEnd,
        },
      },
    ],
  },
});
