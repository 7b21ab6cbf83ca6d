/**
 * `darkroom setup`, and the set-up that other commands start with. The npm packages are there already: bin/run.mjs, or the
 * npm that installed Darkroom, saw to them.
 */
import type { Config } from '../config.ts';
import { hasNewDatabase } from '../database/new-database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import { UsageError } from '../errors/usage-error.ts';
import { environmentFolder, pinsFile } from '../python/python-environment.ts';
import { setUpPython } from '../python/set-up-python.ts';
import { SetupError } from '../python/setup-error.ts';
import { isStamped, wantedStamp } from '../python/stamp.ts';
import { commandConfig } from './command-config.ts';
import { createProgressBar } from './progress-bar.ts';
import { setUpPage } from './set-up-page.ts';

/**
 * Makes sure of the page, of the Python environment, and of the archive that new databases start from, and resolves with the
 * interpreter. Idempotent; costs a tenth of a second when all is there. Throws UsageError that says what to do when a step fails.
 */
export async function setUp({ tests }: { tests: boolean }): Promise<string> {
  const { DARKROOM_PYTHON: own } = commandConfig();
  await setUpPage();
  try {
    const python = await setUpPython({ tests, own, progress: createProgressBar });
    if (!(await hasNewDatabase())) await openMemoryDatabase().then((database) => database.close());
    return python;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new UsageError(`Set-up stopped: ${error.message}`, { cause: error });
  }
}

/** For commands that render: sets up what is missing. An interpreter of the user's own (DARKROOM_PYTHON) is left to the engine. */
export async function setUpWhatIsMissing({
  DARKROOM_PYTHON,
}: Pick<Config, 'DARKROOM_PYTHON'>): Promise<void> {
  if (DARKROOM_PYTHON !== undefined) return;
  if (isStamped(environmentFolder(), wantedStamp(pinsFile(), false))) return;
  console.error(`Installing PyTorch and diffusers into ${environmentFolder()} (once, a few minutes)…`);
  await setUp({ tests: false });
}

/** `darkroom setup`. */
export async function setUpCommand(): Promise<void> {
  const python = await setUp({ tests: false });
  console.log(`Ready. Python: ${python}`);
}
