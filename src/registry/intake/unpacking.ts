/** Counts what comes out of one archive, so that none unfolds beyond its limits however it was made. */
import path from 'node:path';
import { type FileProblem, type Gathered, type IntakeLimits, refuseSet, type SetFile } from './set-file.ts';

export interface Unpacking {
  readonly gathered: Gathered;
  /** A path for the next file. Throws DATASET_INVALID when there are too many. */
  next(name: string): SetFile;
  refuse(problem: FileProblem): void;
  /** Throws DATASET_INVALID when that is too much. */
  count(bytes: number): void;
}

/** Archives of flat pictures pack well; below this their ratio says nothing. */
const harmlessBytes = 64 * 2 ** 20;
const gigabytes = (bytes: number): string => `${Math.round(bytes / 10 ** 8) / 10} GB`;

/** `folder` is where files are unpacked to, `archiveBytes` how large the archive is. */
export function openUnpacking(
  archive: { name: string; bytes: number },
  folder: string,
  limits: IntakeLimits,
): Unpacking {
  const gathered: Gathered = { files: [], problems: [] };
  let bytes = 0;
  return {
    gathered,
    next: (name) => {
      if (gathered.files.length + gathered.problems.length >= limits.files)
        throw refuseSet(
          `"${archive.name}" has more than ${limits.files} files; a set takes ${limits.pictures} pictures with their captions. Send fewer.`,
        );
      // Names of archives never become paths.
      const file = { name, path: path.join(folder, String(gathered.files.length).padStart(5, '0')) };
      gathered.files.push(file);
      return file;
    },
    refuse: (problem) => {
      gathered.problems.push(problem);
      if (gathered.problems.length > limits.files)
        throw refuseSet(`"${archive.name}" has more than ${limits.files} files that cannot be used.`);
    },
    count: (more) => {
      bytes += more;
      if (bytes > limits.bytes)
        throw refuseSet(
          `"${archive.name}" has more than ${gigabytes(limits.bytes)} of files. Send fewer, or smaller ones.`,
        );
      if (bytes > harmlessBytes && bytes > limits.ratio * archive.bytes)
        throw refuseSet(
          `"${archive.name}" unfolds to more than ${limits.ratio} times its size, as archives that are made to fill disks do. Pack the pictures again.`,
        );
    },
  };
}
