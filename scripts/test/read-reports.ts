import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Tally } from './tally.ts';

const vitestSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/**
 * What vitest's JSON report says; null when there is none, because the runner died. A file that could not be loaded has failed
 * without a test to count. A test that passed with messages of failure has been tried again.
 */
export function readVitestReport(file: string): Tally | null {
  if (!existsSync(file)) return null;
  const report = vitestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, name: `${path.relative('', name)} > ${test.fullName}` })),
  );
  const failures = tests.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [...failures, ...unloaded.map(({ name }) => `${path.relative('', name)} (not loaded)`)],
    retried: tests
      .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
      .map(({ name }) => name),
  };
}

/** What the JUnit XML of pytest says; null when there is none. */
export function readJunitReport(file: string): Tally | null {
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const suite = /<testsuite [^>]*>/.exec(text)?.[0];
  if (suite === undefined) return null;
  const count = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const skipped = count('skipped');
  const failures = [
    ...text.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*><(?:failure|error) /g),
  ];
  return {
    passed: count('tests') - failed - skipped,
    failed,
    skipped,
    failures: failures.map(([, file, name]) => `${file} > ${name}`),
    retried: [],
  };
}
