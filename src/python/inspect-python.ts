import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { engineFolder } from './package-root.ts';

const packageSchema = z.object({ name: z.string(), wanted: z.string(), installed: z.string().nullable() });

const inspectionSchema = z.object({
  python: z.string(),
  packages: z.array(packageSchema),
  test_packages: z.array(packageSchema),
});

export type PythonPackage = z.infer<typeof packageSchema>;
export type PythonInspection = z.infer<typeof inspectionSchema>;

/**
 * Which of the packages pinned in engine/pyproject.toml an interpreter has. Takes a tenth of a second: no package is
 * imported. Rejects when the interpreter does not run or is older than 3.11.
 */
export async function inspectPython(python: string): Promise<PythonInspection> {
  const script = path.join(engineFolder(), 'inspect_environment.py');
  const { stdout } = await promisify(execFile)(python, ['-I', script], { timeout: 60_000 });
  return inspectionSchema.parse(JSON.parse(stdout));
}

/** Packages that are absent or not of the pinned version. A local build tag (`2.13.0+cpu`) is the pinned version. */
export function unmetPackages(packages: readonly PythonPackage[]): PythonPackage[] {
  return packages.filter(({ wanted, installed }) => installed?.split('+')[0] !== wanted);
}
