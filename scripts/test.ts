/**
 * `npm test`: everything, on any machine: set-up, the checks, vitest (unit and end-to-end), pytest. The output of the runners
 * is shown as it comes, and the last line has the sums: `N passed, N failed`. Arguments go to vitest: `npm test -- src/render`
 * runs only those tests, without the checks and pytest. `npm run test:all` adds those that are for the night: `tests/nightly`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { engineFolder, packageRoot } from '../src/python/package-root.ts';
import { installPythonClients } from '../tests/harness/python-clients.ts';
import { runSteps } from './check/run-steps.ts';
import { checkSteps } from './check/steps.ts';
import { setUpOrExit } from './setup.ts';
import { readJunitReport, readVitestReport } from './test/read-reports.ts';
import { setUpBrowserOrExit } from './test/set-up-browser.ts';
import { addTallies, emptyTally, type Tally, tallyLines, withExitCode } from './test/tally.ts';

const given = process.argv.slice(2);
const filters = given.filter((argument) => argument !== '--all');
const projects = filters.length > 0 || given.includes('--all') ? ['*'] : ['unit', 'e2e', 'quiet'];
const python = await setUpOrExit({ tests: true });
// Tests beside the source need none.
if (filters.length === 0 || filters.some((filter) => filter.includes('page'))) setUpBrowserOrExit();
await installPythonClients();
const reports = mkdtempSync(path.join(os.tmpdir(), 'darkroom-reports-'));
const tally = addTallies(filters.length > 0 ? [runVitest()] : [runChecks(), runVitest(), runPytest()]);
rmSync(reports, { recursive: true });
console.log(`\n${tallyLines(tally)}`);
process.exitCode = tally.failed === 0 ? 0 : 1;

function runChecks(): Tally {
  const steps = checkSteps(python);
  const failures = runSteps(steps);
  return { ...emptyTally, passed: steps.length - failures.length, failed: failures.length, failures };
}

function runVitest(): Tally {
  const report = path.join(reports, 'vitest.json');
  const vitest = path.join(packageRoot(), 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const chosen = projects.map((name) => `--project=${name}`);
  const code = run(process.execPath, [vitest, 'run', ...reporters, ...chosen, ...filters], packageRoot());
  return withExitCode(readVitestReport(report), code, 'vitest');
}

function runPytest(): Tally {
  const report = path.join(reports, 'pytest.xml');
  // Tensors of the tests are tiny: two processes of one thread each are faster than one of two.
  process.env.OMP_NUM_THREADS = '1';
  const code = run(python, ['-m', 'pytest', '-q', '-n', '2', `--junitxml=${report}`], engineFolder());
  return withExitCode(readJunitReport(report), code, 'pytest');
}

function run(command: string, args: string[], cwd: string): number {
  return spawnSync(command, args, { cwd, stdio: 'inherit' }).status ?? 1;
}
