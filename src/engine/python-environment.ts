import { existsSync } from 'node:fs';
import path from 'node:path';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { engineFolder } from './package-root.ts';

/**
 * The Python interpreter of the engine: DARKROOM_PYTHON, else the one of `engine/.venv`. A setting without a folder in it
 * (`python3`) is left to PATH. Throws ENGINE_UNAVAILABLE when the file is not there.
 */
export function findPython(setting: string | undefined, folder: string = engineFolder()): string {
  if (setting !== undefined) {
    if (path.basename(setting) === setting || existsSync(setting)) return setting;
    throw new DarkroomError(
      'ENGINE_UNAVAILABLE',
      'DARKROOM_PYTHON names a file that does not exist. Set it to an interpreter that has torch and diffusers, or unset ' +
        'it and run `npm run setup`.',
    );
  }
  const python = path.join(folder, '.venv', ...venvPython(process.platform));
  if (existsSync(python)) return python;
  throw new DarkroomError(
    'ENGINE_UNAVAILABLE',
    'The Python side is not installed (engine/.venv has no interpreter). Run `npm run setup`, or set DARKROOM_PYTHON to ' +
      'an interpreter that has torch and diffusers.',
  );
}

/** Path of the interpreter inside a venv. */
export function venvPython(platform: NodeJS.Platform): string[] {
  return platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
}
