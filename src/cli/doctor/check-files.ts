import { constants, existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import type { Config } from '../../config.ts';
import { liveness, processIdentitySchema } from '../../database/process-identity.ts';
import { locateCheckpoint } from '../../engines/checkpoint-location.ts';
import { describeOpenFolder } from '../../security/private-files.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

const leastFreeGib = 2;

/** The data folder: whether it can be written, who holds it, and how much room there is. */
export async function checkDataFolder(config: Config): Promise<Finding[]> {
  const folder = config.DARKROOM_DATA;
  const present = nearestExisting(folder);
  const writable = await access(present, constants.W_OK).then(
    () => true,
    () => false,
  );
  const state = existsSync(folder) ? folder : `${folder} (made at the first start)`;
  const remedy = `give this user the right to write ${present}, or set DARKROOM_DATA`;
  return [
    writable ? ok('data folder', state) : wrong('data folder', `${present} cannot be written`, remedy),
    ...(await checkRights(folder)),
    checkDisk(present),
    checkLock(config),
  ];
}

async function checkRights(folder: string): Promise<Finding[]> {
  if (!existsSync(folder)) return [];
  const problem = await describeOpenFolder(folder);
  return problem === null ? [] : [warning('data folder', problem, `chmod -R go-rwx ${folder}`)];
}

function checkDisk(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const gib = (bavail * bsize) / 2 ** 30;
  const found = `${gib.toFixed(1)} GB free for the data folder`;
  if (gib >= leastFreeGib) return ok('disk', found);
  return warning('disk', found, 'free some space, or set RETENTION_HOURS so that old results are removed');
}

function checkLock({ databaseFolder }: Config): Finding {
  const file = `${databaseFolder}.lock`;
  if (!existsSync(file)) return ok('in use', 'no server uses the data folder');
  const holder = processIdentitySchema.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (!holder.success) return ok('in use', 'the lock of a server that is gone; the next one takes it over');
  const state = liveness(holder.data);
  if (state === 'dead') return ok('in use', 'the lock of a server that is gone; the next one takes it over');
  return ok(
    'in use',
    `process ${holder.data.pid} serves from the data folder${state === 'alive' ? '' : ' (another host)'}`,
  );
}

/** The catalog, and whether the checkpoint that ships with the package is whole. */
export async function checkModels(config: Config): Promise<Finding[]> {
  const catalog = await loadCatalog(config.CATALOG_PATH);
  const here = [...catalog.values()].filter(
    ({ checkpoint }) => locateCheckpoint(checkpoint.repository, checkpoint.bundled, config) !== null,
  );
  const names = here.map(({ id }) => id).join(', ');
  const isShipped = [...catalog.values()].every(
    (entry) => entry.checkpoint.bundled === undefined || here.includes(entry),
  );
  const demo = isShipped
    ? ok('demo model', 'there')
    : warning('demo model', 'checkpoints/demo is not there', 'git checkout -- checkpoints/demo');
  const others = names === '' ? '' : `, without the hub: ${names}`;
  return [ok('models', `${catalog.size} ids${others}`), demo];
}

/** The LoRA folder and how many files it has. */
export function checkLoras({ lorasFolder }: Config): Finding {
  if (!existsSync(lorasFolder)) return ok('LoRA folder', `${lorasFolder} (made at the first start)`);
  const files = readdirSync(lorasFolder, { recursive: true, encoding: 'utf8' });
  return ok(
    'LoRA folder',
    `${files.filter((name) => name.endsWith('.safetensors')).length} files in ${lorasFolder}`,
  );
}

function nearestExisting(folder: string): string {
  return existsSync(folder) ? folder : nearestExisting(path.dirname(folder));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
