import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readJunitReport, readVitestReport } from './read-reports.ts';
import { addTallies, tallyLine, withExitCode } from './tally.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'darkroom-tally-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const target = path.join(folder, name);
  writeFileSync(target, text);
  return target;
}

test('a JUnit report is counted', () => {
  const xml =
    '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="16" time="1"></testsuite>';
  expect(readJunitReport(file('a.xml', xml))).toEqual({ passed: 10, failed: 3, skipped: 3 });
});

test('a test file that did not load counts as a failure', () => {
  const report = {
    numPassedTests: 4,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [
      { status: 'passed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(readVitestReport(file('a.json', JSON.stringify(report)))).toEqual({
    passed: 4,
    failed: 1,
    skipped: 1,
  });
});

test('a runner that died is a failure', () => {
  expect(withExitCode(readVitestReport(path.join(folder, 'none.json')), 0).failed).toBe(1);
  expect(withExitCode({ passed: 5, failed: 0, skipped: 0 }, 1).failed).toBe(1);
  expect(withExitCode({ passed: 5, failed: 2, skipped: 0 }, 1).failed).toBe(2);
});

test('the last line has the sums', () => {
  const sum = addTallies([
    { passed: 1, failed: 2, skipped: 0 },
    { passed: 10, failed: 0, skipped: 4 },
  ]);
  expect(tallyLine(sum)).toBe('11 passed, 2 failed, 4 skipped');
  expect(tallyLine({ passed: 1, failed: 0, skipped: 0 })).toBe('1 passed, 0 failed');
});
