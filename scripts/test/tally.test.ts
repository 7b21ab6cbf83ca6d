import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readJunitReport, readVitestReport } from './read-reports.ts';
import { addTallies, emptyTally, tallyLines, withExitCode } from './tally.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'darkroom-tally-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const target = path.join(folder, name);
  writeFileSync(target, text);
  return target;
}

test('a JUnit report is counted', () => {
  const xml =
    '<testsuites><testsuite name="pytest" errors="0" failures="1" skipped="3" tests="16" time="1">' +
    '<testcase classname="tests.test_a" name="test_one" time="1" />' +
    '<testcase classname="tests.test_a" name="test_two[flux]" time="1"><failure message="no">no</failure></testcase>' +
    '</testsuite></testsuites>';
  expect(readJunitReport(file('a.xml', xml))).toEqual({
    passed: 12,
    failed: 1,
    skipped: 3,
    failures: ['tests.test_a > test_two[flux]'],
    retried: [],
  });
});

test('failures, second tries and files that did not load are named', () => {
  const one = (fullName: string, status: string, ...failureMessages: string[]) => ({
    fullName,
    status,
    failureMessages,
  });
  const report = {
    numPassedTests: 4,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [
      {
        name: path.resolve('tests/a.test.ts'),
        status: 'failed',
        assertionResults: [
          one('fine', 'passed'),
          one('raced', 'passed', 'late'),
          one('wrong', 'failed', 'no'),
        ],
      },
      { name: path.resolve('tests/b.test.ts'), status: 'failed', assertionResults: [] },
    ],
  };
  expect(readVitestReport(file('a.json', JSON.stringify(report)))).toEqual({
    passed: 4,
    failed: 2,
    skipped: 1,
    failures: ['tests/a.test.ts > wrong', 'tests/b.test.ts (not loaded)'],
    retried: ['tests/a.test.ts > raced'],
  });
});

test('a runner that died is a failure', () => {
  const died = withExitCode(readVitestReport(path.join(folder, 'none.json')), 137, 'vitest');
  expect(died).toMatchObject({ failed: 1, failures: ['vitest ended with code 137'] });
  expect(withExitCode({ ...emptyTally, passed: 5 }, 1, 'pytest').failed).toBe(1);
  expect(withExitCode({ ...emptyTally, passed: 5, failed: 2 }, 1, 'pytest').failed).toBe(2);
});

test('the last line has the sums, after the names', () => {
  const sum = addTallies([
    { passed: 1, failed: 1, skipped: 0, failures: ['wrong'], retried: [] },
    { passed: 10, failed: 0, skipped: 4, failures: [], retried: ['raced'] },
  ]);
  expect(tallyLines(sum).split('\n')).toEqual([
    'Passed on the second try: raced',
    'Failed: wrong',
    '11 passed, 1 failed, 4 skipped',
  ]);
  expect(tallyLines({ ...emptyTally, passed: 1 })).toBe('1 passed, 0 failed');
});
