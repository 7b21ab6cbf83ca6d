/**
 * What ai-toolkit finds on disk, in the folder of a training:
 *
 *   job.json  job.db  log.txt  process.json
 *   set/0001.png  set/0001.txt  control_1/0001.png …
 *   <job>/                      what it writes: files, samples, loss_log.db
 *   truncated/                  files that a killed run left half written, which it would choke on
 */
import { copyFile, link, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TrainingPlan } from '../../../training/training-plan.ts';

export interface ToolkitFolder {
  root: string;
  config: string;
  database: string;
  log: string;
  process: string;
  pictures: string;
  /** Where ai-toolkit writes. */
  output: string;
  losses: string;
}

export function toolkitFolder(root: string, job: string): ToolkitFolder {
  const inside = (...parts: string[]): string => path.join(root, ...parts);
  return {
    root,
    config: inside('job.json'),
    database: inside('job.db'),
    log: inside('log.txt'),
    process: inside('process.json'),
    pictures: inside('set'),
    output: inside(job),
    losses: inside(job, 'loss_log.db'),
  };
}

const stemOf = (index: number): string => String(index + 1).padStart(4, '0');

/**
 * Lay out the set, by hard links where the disk has them. `fileOf`: the path of a picture by its hash. Returns the folders of
 * control pictures.
 */
export async function layOutSet(
  { root, pictures }: ToolkitFolder,
  items: TrainingPlan['items'],
  fileOf: (sha256: string) => Promise<string>,
): Promise<string[]> {
  const count = Math.max(...items.map(({ controls }) => controls.length));
  const controls = Array.from({ length: count }, (_, index) => path.join(root, `control_${index + 1}`));
  for (const folder of [pictures, ...controls]) await mkdir(folder, { recursive: true });
  for (const [index, item] of items.entries()) {
    const stem = stemOf(index);
    await place(await fileOf(item.sha256), path.join(pictures, `${stem}.png`));
    await writeFile(path.join(pictures, `${stem}.txt`), item.caption);
    for (const [side, sha256] of item.controls.entries())
      await place(await fileOf(sha256), path.join(controls[side] ?? root, `${stem}.png`));
  }
  return controls;
}

async function place(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  await link(from, to).catch(() => copyFile(from, to));
}

/** `$` is spelled out: ai-toolkit fills in `${NAME}` from its environment wherever it stands. */
export async function writeConfig({ config }: ToolkitFolder, content: unknown): Promise<void> {
  await writeFile(config, JSON.stringify(content, null, 2).replaceAll('$', '\\u0024'));
}
