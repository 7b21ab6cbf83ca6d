import type { Config } from '../../config.ts';
import { inspectPython, type PythonInspection, unmetPackages } from '../../python/inspect-python.ts';
import { environmentFolder, findPython, setUpCommand } from '../../python/python-environment.ts';
import { checkEngine } from './check-engine.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** The interpreter, its pinned packages and the device they find. Later checks are left out when an earlier one fails. */
export async function checkPython(config: Config): Promise<Finding[]> {
  const inspection = await inspect(config);
  if ('state' in inspection) return [inspection];
  const packages = checkPackages(inspection);
  const python = ok('python', `${inspection.python} (${findPython(config.DARKROOM_PYTHON)})`);
  if (packages.state === 'wrong') return [python, packages];
  return [python, packages, ...(await checkEngine(config))];
}

async function inspect(config: Config): Promise<PythonInspection | Finding> {
  try {
    return await inspectPython(findPython(config.DARKROOM_PYTHON));
  } catch {
    return config.DARKROOM_PYTHON === undefined
      ? wrong('python', `${environmentFolder()} is not there or does not run`, setUpCommand())
      : wrong(
          'python',
          'DARKROOM_PYTHON does not run, or is older than 3.11',
          `unset it and run: ${setUpCommand()}`,
        );
  }
}

function checkPackages({ packages }: PythonInspection): Finding {
  const unmet = unmetPackages(packages);
  const missing = unmet.filter(({ installed }) => installed === null).map(({ name }) => name);
  if (missing.length > 0) return wrong('python packages', `missing: ${missing.join(', ')}`, setUpCommand());
  if (unmet.length > 0) {
    const text = unmet.map(({ name, wanted, installed }) => `${name} ${installed}, tested with ${wanted}`);
    return warning('python packages', text.join('; '), setUpCommand());
  }
  const shown = ['torch', 'diffusers', 'transformers'].map(
    (name) => `${name} ${packages.find((item) => item.name === name)?.installed ?? '?'}`,
  );
  return ok('python packages', `${packages.length} as pinned (${shown.join(', ')})`);
}
