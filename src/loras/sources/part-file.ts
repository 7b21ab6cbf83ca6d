/**
 * What has come of a download, kept until the rest does, also when the process is killed in between.
 *
 *   <key>.<machine>.<pid>.part        the bytes so far, written in order
 *   <key>.<machine>.<pid>.part.json   the version that they are of, by what `If-Range` can name
 *
 * The names say who writes: several processes of a machine may share the folder, and each takes over only what a dead one
 * left. The version is written before the first byte, so that bytes never stand beside a version that they are not of.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';

export interface PartFile {
  file: string;
  /** Bytes that are there, and what they are of; none without a version to go on with. */
  begun(): Promise<{ bytes: number; validator: string | null }>;
  /** Forget what is there, and say what comes next is of. */
  begin(validator: string | null): Promise<void>;
  remove(): Promise<void>;
}

const versionSchema = z.object({ validator: z.string() });
const machine = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8);
const partName = /^([0-9a-f]{40})\.([0-9a-f]{8})\.(\d+)\.part$/;

/** The part file of this process for a key, with what a dead process of this machine left of it. */
export async function takePartFile(folder: string, key: string): Promise<PartFile> {
  const file = path.join(folder, `${key}.${machine}.${process.pid}.part`);
  for (const name of await readdir(folder)) {
    const [, itsKey, itsMachine, pid] = partName.exec(name) ?? [];
    if (itsKey !== key || itsMachine !== machine || isAlive(Number(pid))) continue;
    const left = path.join(folder, name);
    // The version first: bytes without one are begun anew, a version without bytes does no harm.
    await rename(`${left}.json`, `${file}.json`).catch(() => {});
    await rename(left, file).catch(() => {});
    break;
  }
  return openPart(file);
}

function openPart(file: string): PartFile {
  const versionFile = `${file}.json`;
  const remove = async (): Promise<void> => {
    await rm(file, { force: true });
    await rm(versionFile, { force: true });
  };
  return {
    file,
    begun: async () => {
      const { size: bytes } = await stat(file).catch(() => ({ size: 0 }));
      const validator = await readVersion(versionFile);
      return bytes > 0 && validator !== null ? { bytes, validator } : { bytes: 0, validator: null };
    },
    begin: async (validator) => {
      await remove();
      if (validator !== null) await writeFile(versionFile, JSON.stringify({ validator }));
    },
    remove,
  };
}

async function readVersion(file: string): Promise<string | null> {
  try {
    return versionSchema.parse(JSON.parse(await readFile(file, 'utf8'))).validator;
  } catch {
    return null;
  }
}

/** Of another process: this one's own parts need not be taken over. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
