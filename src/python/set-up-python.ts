/**
 * The Python side of set-up, each step skipped when it is already right:
 *
 *   stamp fits ─▶ done (this is every run but the first)
 *   no venv, or one whose pip does not run ─▶ find a Python, make a venv
 *   the pinned packages are not all there ─▶ torch first (it is the large one, and decides CPU or CUDA), then the rest
 *   write the stamp
 *
 * With DARKROOM_PYTHON nothing is installed: that interpreter is the user's own, and is only looked at.
 */
import { mkdirSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { findBasePython } from './find-base-python.ts';
import { inspectPython, type PythonInspection, unmetPackages } from './inspect-python.ts';
import { pipInstall, type StepProgress } from './pip-install.ts';
import { environmentFolder, pinsFile, venvPython } from './python-environment.ts';
import { runLines } from './run-lines.ts';
import { withSetUpLock } from './set-up-lock.ts';
import { SetupError } from './setup-error.ts';
import { isStamped, wantedStamp, writeStamp } from './stamp.ts';
import { machineTorchSources, torchArguments } from './torch-index.ts';

/** For the CPU build; the CUDA build takes three times as much, and pip says so when it runs out. */
const neededGiB = 3;

export interface PythonSetup {
  /** Also the packages that only the tests use. */
  tests: boolean;
  /** DARKROOM_PYTHON. */
  own: string | undefined;
  progress: (label: string) => StepProgress;
}

/** Makes sure that there is an interpreter with the pinned packages, and resolves with its path. Throws SetupError. */
export async function setUpPython({ tests, own, progress }: PythonSetup): Promise<string> {
  if (own !== undefined) return checkOwnPython(own, tests);
  const venv = environmentFolder();
  const python = path.join(venv, ...venvPython(process.platform));
  const stamp = wantedStamp(pinsFile(), tests);
  if (isStamped(venv, stamp)) return python;
  mkdirSync(path.dirname(venv), { recursive: true });
  await withSetUpLock(`${venv}.lock`, async () => {
    const log = `${venv}.log`;
    const inspection =
      (await inspectPython(python).catch(() => null)) ?? (await createVenv(venv, python, log));
    await installMissing(python, inspection, { tests, log, progress });
    writeStamp(venv, stamp);
  });
  return python;
}

async function checkOwnPython(python: string, tests: boolean): Promise<string> {
  const inspection = await inspectPython(python).catch(() => null);
  if (inspection === null) {
    throw new SetupError(`DARKROOM_PYTHON=${python} does not run, or is older than Python 3.11.`);
  }
  const packages = [...inspection.packages, ...(tests ? inspection.test_packages : [])];
  const missing = packages.filter(({ installed }) => installed === null);
  if (missing.length > 0) {
    const names = missing.map(({ name, wanted }) => `${name}==${wanted}`).join(' ');
    throw new SetupError(`DARKROOM_PYTHON has not all packages. Run: ${python} -m pip install ${names}`);
  }
  for (const { name, wanted, installed } of unmetPackages(packages)) {
    console.error(`DARKROOM_PYTHON has ${name} ${installed}; Darkroom is tested with ${wanted}.`);
  }
  return python;
}

async function createVenv(venv: string, python: string, log: string): Promise<PythonInspection> {
  const base = await findBasePython();
  const code = await runLines(base, ['-m', 'venv', '--clear', venv], { log, onLine: () => {} });
  if (code !== 0) {
    throw new SetupError(
      `${base} cannot make a virtual environment in ${venv}. On Debian and Ubuntu: sudo apt install python3-venv. ` +
        `The whole output is in ${log}`,
    );
  }
  return inspectPython(python);
}

async function installMissing(
  python: string,
  inspection: PythonInspection,
  { tests, log, progress }: { tests: boolean; log: string; progress: PythonSetup['progress'] },
): Promise<void> {
  const wanted = [...inspection.packages, ...(tests ? inspection.test_packages : [])];
  const missing = unmetPackages(wanted).map(({ name, wanted: version }) => `${name}==${version}`);
  const [torch] = missing.filter((requirement) => requirement.startsWith('torch=='));
  const rest = missing.filter((requirement) => requirement !== torch);
  if (torch !== undefined) {
    const extra = await torchArguments(machineTorchSources(python, torch));
    requireSpace(path.dirname(path.dirname(python)));
    await pipInstall({ python, label: 'torch', requirements: [torch], extra, log, progress });
  }
  if (rest.length > 0)
    await pipInstall({ python, label: 'packages', requirements: rest, extra: [], log, progress });
}

function requireSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / 2 ** 30;
  if (free >= neededGiB) return;
  throw new SetupError(
    `The Python packages need about ${neededGiB} GB and ${folder} has ${free.toFixed(1)} GB left. Free some space, or set ` +
      'DARKROOM_PYTHON to an interpreter that already has torch and diffusers.',
  );
}
