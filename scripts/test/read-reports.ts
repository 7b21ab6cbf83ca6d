import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Tally } from './tally.ts';

const vitestSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  /** A file that could not be loaded has failed without a test to count. */
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** Counts of vitest's JSON report; null when there is none, because the runner died. */
export function readVitestReport(file: string): Tally | null {
  if (!existsSync(file)) return null;
  const report = vitestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts of the JUnit XML that pytest writes; null when there is none. */
export function readJunitReport(file: string): Tally | null {
  if (!existsSync(file)) return null;
  const suite = /<testsuite [^>]*>/.exec(readFileSync(file, 'utf8'))?.[0];
  if (suite === undefined) return null;
  const count = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const skipped = count('skipped');
  return { passed: count('tests') - failed - skipped, failed, skipped };
}
