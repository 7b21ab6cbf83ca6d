/** `npm run setup`: everything that a checkout needs on this machine, with the packages of the tests where `--tests` is given. */
import { reportFailure } from '../src/cli/report-failure.ts';
import { setUp } from '../src/cli/setup.ts';

/** Set-up for a script; a step that cannot go on ends the process with its message. Resolves with the Python interpreter. */
export async function setUpOrExit(options: { tests: boolean }): Promise<string> {
  try {
    return await setUp(options);
  } catch (error) {
    reportFailure(error);
    process.exit(1);
  }
}

if (import.meta.main) {
  const python = await setUpOrExit({ tests: process.argv.includes('--tests') });
  console.log(`Ready. Python: ${python}\nNext: npm run demo`);
}
