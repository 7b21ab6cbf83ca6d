/** `npm run setup`: everything that Darkroom needs on this machine. The npm packages are there already: run.mjs saw to it. */

import { setUpPython } from './setup/set-up-python.ts';
import { SetupError } from './setup/setup-error.ts';

/** Idempotent; costs a tenth of a second when all is right. Resolves with the Python interpreter. Throws SetupError. */
export function setUp(options: { tests: boolean }): Promise<string> {
  return setUpPython({ ...options, own: process.env.DARKROOM_PYTHON || undefined });
}

/** Runs set-up for a script; a step that cannot go on ends the process with its message. */
export async function setUpOrExit(options: { tests: boolean }): Promise<string> {
  try {
    return await setUp(options);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\nSet-up stopped: ${error.message}`);
    process.exit(1);
  }
}

if (import.meta.main) {
  const python = await setUpOrExit({ tests: process.argv.includes('--tests') });
  console.log(`Ready. Python: ${python}\nNext: npm run demo`);
}
