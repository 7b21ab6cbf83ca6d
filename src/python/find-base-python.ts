import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { SetupError } from './setup-error.ts';

/** The versions that the pinned torch has wheels for; a newer Python is only taken when there is no other. */
const oldest = 11;
const newestKnown = 14;

const probeSchema = z.object({ minor: z.int(), version: z.string(), venv: z.boolean() });
type Probe = z.infer<typeof probeSchema> & { command: string };

const probeCode = `
import importlib.util, json, sys
has = lambda name: importlib.util.find_spec(name) is not None
print(json.dumps({
    "minor": sys.version_info.minor if sys.version_info.major == 3 else -1,
    "version": sys.version.split()[0],
    "venv": has("venv") and has("ensurepip"),
}))`;

const candidates = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.14', 'python'];

/** The command of a Python that can hold the engine: 3.11 or newer, with venv. Throws SetupError saying what to install. */
export async function findBasePython(): Promise<string> {
  const found = (await Promise.all(candidates.map(probe))).filter((item) => item !== null);
  const fitting = found.filter(({ minor }) => minor >= oldest);
  const usable = fitting.filter(({ venv }) => venv);
  const best = usable.find(({ minor }) => minor <= newestKnown) ?? usable[0];
  if (best !== undefined) return best.command;
  throw new SetupError(explain(found, fitting));
}

function explain(found: Probe[], fitting: Probe[]): string {
  const without = fitting[0];
  if (without !== undefined) {
    const debian = `sudo apt install python3.${without.minor}-venv`;
    return `Python ${without.version} is here, but without its venv module. On Debian and Ubuntu: ${debian}`;
  }
  const seen = found.map(({ command, version }) => `${command} is ${version}`).join(', ');
  return (
    `Darkroom needs Python 3.${oldest} or newer; ${seen === '' ? 'no Python was found' : seen}. ` +
    'Install one (Debian: sudo apt install python3 python3-venv; macOS: brew install python@3.13), or set DARKROOM_PYTHON ' +
    'to an interpreter that already has torch and diffusers.'
  );
}

async function probe(command: string): Promise<Probe | null> {
  try {
    const { stdout } = await promisify(execFile)(command, ['-c', probeCode], { timeout: 20_000 });
    return { command, ...probeSchema.parse(JSON.parse(stdout)) };
  } catch {
    return null;
  }
}
