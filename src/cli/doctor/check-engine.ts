import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import { PROTOCOL } from '../../engines/process/protocol.ts';
import { engineFolder } from '../../python/package-root.ts';
import { environmentFolder, findPython, setUpCommand } from '../../python/python-environment.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** What `python -m darkroom_engine.doctor` prints. */
const reportSchema = z.object({
  protocol: z.int(),
  /** Null where the module imports, else why it does not. */
  imports: z.record(z.string(), z.string().nullable()),
  /** Best first. */
  devices: z.array(z.object({ device: z.string(), name: z.string(), memory_bytes: z.number() })),
});
type Report = z.infer<typeof reportSchema>;

/** Asks the Python side itself: whether its packages import, and which devices torch can use. Takes some seconds. */
export async function checkEngine(config: Config): Promise<Finding[]> {
  const report = await askEngine(findPython(config.DARKROOM_PYTHON));
  if (report === null) return [wrong('engine', 'darkroom_engine does not run', setUpCommand())];
  if (report.protocol !== PROTOCOL) {
    const found = `speaks protocol ${report.protocol}, the server ${PROTOCOL}`;
    return [wrong('engine', found, 'src/ and engine/ are of different versions: install Darkroom anew')];
  }
  const broken = Object.entries(report.imports).filter(([, error]) => error !== null);
  if (broken.length > 0) {
    const found = broken.map(([name, error]) => `${name} does not import (${error})`).join('; ');
    return [wrong('engine', found, `remove ${environmentFolder()} and run: ${setUpCommand()}`)];
  }
  return [ok('engine', 'imports all it needs'), await checkDevice(report, config.DEVICE)];
}

async function checkDevice({ devices }: Report, wanted: string): Promise<Finding> {
  const found = devices
    .map(({ device, name, memory_bytes }) => `${device}: ${name}, ${Math.round(memory_bytes / 2 ** 30)} GB`)
    .join('; ');
  const [best] = devices;
  if (
    wanted !== 'auto' &&
    !devices.some(({ device }) => device === wanted || device.startsWith(`${wanted}:`))
  ) {
    return wrong('device', `DEVICE=${wanted} is not there (${found})`, 'set DEVICE=auto, or one of those');
  }
  if (wanted === 'auto' && best?.device === 'cpu' && (await hasNvidia())) {
    const remedy =
      'install a CUDA build of torch into engine/.venv, or set DARKROOM_PYTHON to one that has it';
    return warning('device', `${found}, although there is an NVIDIA GPU`, remedy);
  }
  return ok('device', found);
}

async function askEngine(python: string): Promise<Report | null> {
  try {
    const options = { cwd: engineFolder(), timeout: 120_000 };
    const { stdout } = await promisify(execFile)(python, ['-m', 'darkroom_engine.doctor'], options);
    return reportSchema.parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

const hasNvidia = (): Promise<boolean> =>
  promisify(execFile)('nvidia-smi', ['-L']).then(
    ({ stdout }) => stdout.includes('GPU'),
    () => false,
  );
