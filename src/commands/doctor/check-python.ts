import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pino } from 'pino';
import type { Config } from '../../config.ts';
import { createProcessEngine } from '../../engine/process-engine.ts';
import { findPython } from '../../engine/python-environment.ts';
import { inspectPython, type PythonInspection, unmetPackages } from '../inspect-python.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** The interpreter, its pinned packages and the device they find. Later checks are left out when an earlier one fails. */
export async function checkPython(config: Config): Promise<Finding[]> {
  const inspection = await inspect(config);
  if ('state' in inspection) return [inspection];
  const packages = checkPackages(inspection);
  const python = ok('python', `${inspection.python} (${findPython(config.DARKROOM_PYTHON)})`);
  if (packages.state === 'wrong') return [python, packages];
  return [python, packages, await checkDevice(config)];
}

async function inspect(config: Config): Promise<PythonInspection | Finding> {
  try {
    return await inspectPython(findPython(config.DARKROOM_PYTHON));
  } catch {
    return config.DARKROOM_PYTHON === undefined
      ? wrong('python', 'engine/.venv is not there or does not run', 'npm run setup')
      : wrong(
          'python',
          'DARKROOM_PYTHON does not run, or is older than 3.11',
          'unset it and run: npm run setup',
        );
  }
}

function checkPackages({ packages }: PythonInspection): Finding {
  const unmet = unmetPackages(packages);
  const missing = unmet.filter(({ installed }) => installed === null).map(({ name }) => name);
  if (missing.length > 0) return wrong('python packages', `missing: ${missing.join(', ')}`, 'npm run setup');
  if (unmet.length > 0) {
    const text = unmet.map(({ name, wanted, installed }) => `${name} ${installed}, tested with ${wanted}`);
    return warning('python packages', text.join('; '), 'npm run setup');
  }
  const shown = ['torch', 'diffusers', 'transformers'].map(
    (name) => `${name} ${packages.find((item) => item.name === name)?.installed ?? '?'}`,
  );
  return ok('python packages', `${packages.length} as pinned (${shown.join(', ')})`);
}

/** Starts the real engine, because only torch itself can say which device it can use. */
async function checkDevice(config: Config): Promise<Finding> {
  const engine = createProcessEngine({ config, log: pino({ level: 'silent' }) });
  try {
    const { device } = await engine.ready();
    const found = `${device?.name ?? 'unknown'} (${device?.type ?? '?'}, ${device?.dtype ?? '?'})`;
    if (device?.type === 'cpu' && config.DEVICE === 'auto' && (await hasNvidia())) {
      const remedy =
        'install a CUDA build of torch into engine/.venv, or set DARKROOM_PYTHON to one that has it';
      return warning('device', `${found}, although there is an NVIDIA GPU`, remedy);
    }
    return ok('device', found);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return wrong('device', `the engine does not start: ${reason}`, 'npm run setup; check DEVICE');
  } finally {
    await engine.stop();
  }
}

const hasNvidia = (): Promise<boolean> =>
  promisify(execFile)('nvidia-smi', ['-L']).then(
    ({ stdout }) => stdout.includes('GPU'),
    () => false,
  );
