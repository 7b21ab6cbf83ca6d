/**
 * Where the Python side lives. In a checkout the environment is `engine/.venv`, beside the code that it runs. An installed package
 * may lie in a folder that is read-only or removed with the next version, so its environment is in the user's cache folder, one for
 * each set of pinned packages.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import environmentPaths from 'env-paths';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { engineFolder, isCheckout } from './package-root.ts';

/** Folder of the Python environment that set-up makes. */
export function environmentFolder(): string {
  if (isCheckout()) return path.join(engineFolder(), '.venv');
  const pins = createHash('sha256').update(readFileSync(pinsFile())).digest('hex').slice(0, 12);
  return path.join(environmentPaths('darkroom', { suffix: '' }).cache, `python-${pins}`);
}

/** The file that pins the packages. */
export function pinsFile(): string {
  return path.join(engineFolder(), 'pyproject.toml');
}

/** The command that makes the environment, for messages. */
export function setUpCommand(): string {
  return isCheckout() ? 'npm run setup' : 'darkroom setup';
}

/**
 * The Python interpreter of the engine: DARKROOM_PYTHON, else the one that set-up made. A setting without a folder in it
 * (`python3`) is left to PATH. Throws ENGINE_UNAVAILABLE when the file is not there.
 */
export function findPython(setting: string | undefined, folder: string = environmentFolder()): string {
  if (setting !== undefined) {
    if (path.basename(setting) === setting || existsSync(setting)) return setting;
    throw new DarkroomError(
      'ENGINE_UNAVAILABLE',
      'DARKROOM_PYTHON names a file that does not exist. Set it to an interpreter that has torch and diffusers, or unset ' +
        `it and run \`${setUpCommand()}\`.`,
    );
  }
  const python = path.join(folder, ...venvPython(process.platform));
  if (existsSync(python)) return python;
  throw new DarkroomError(
    'ENGINE_UNAVAILABLE',
    `The Python side is not installed (${folder} has no interpreter). Run \`${setUpCommand()}\`, or set DARKROOM_PYTHON to ` +
      'an interpreter that has torch and diffusers.',
  );
}

/** Path of the interpreter inside a venv. */
export function venvPython(platform: NodeJS.Platform): string[] {
  return platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
}
