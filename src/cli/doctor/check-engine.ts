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
  return [ok('engine', 'imports all it needs'), ...(await checkDevices(report, config.DEVICES))];
}

/** A finding for each of DEVICES: what it is, or that it is not there. */
async function checkDevices({ devices }: Report, wanted: readonly string[]): Promise<Finding[]> {
  const words = ({ device, name, memory_bytes }: Report['devices'][number]): string =>
    `${device}: ${name}, ${Math.round(memory_bytes / 2 ** 30)} GB`;
  const all = devices.map(words).join('; ');
  const [best] = devices;
  if (wanted.includes('auto')) {
    if (best?.device !== 'cpu' || !(await hasNvidia())) return [ok('device', all)];
    const remedy =
      'install a CUDA build of torch into engine/.venv, or set DARKROOM_PYTHON to one that has it';
    return [warning('device', `${all}, although there is an NVIDIA GPU`, remedy)];
  }
  return wanted.map((name) => {
    const found = devices.find(({ device }) => device === torchName(name));
    if (found !== undefined) return ok('device', words({ ...found, device: name }));
    return wrong('device', `${name} is not there (${all})`, 'set DEVICES to some of those, or to auto');
  });
}

/** torch knows one CPU, and calls the first GPU by its number. */
function torchName(name: string): string {
  if (name.startsWith('cpu')) return 'cpu';
  return name === 'cuda' ? 'cuda:0' : name;
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
