/** The files of a training set before anything is known of what is in them. */
import { DarkroomError } from '../../errors/darkroom-error.ts';

export interface SetFile {
  /** As its sender calls it: its path in the archive or folder, with `/`. */
  name: string;
  /** On this machine. */
  path: string;
}

/** Why one file cannot be taken, and what its sender can do about that. Both are sentences without the name. */
export interface FileProblem {
  name: string;
  problem: string;
  fix: string;
}

export interface Gathered {
  files: SetFile[];
  problems: FileProblem[];
}

export interface IntakeLimits {
  /** Pictures of a set. */
  pictures: number;
  /** Files of any kind, captions included. */
  files: number;
  /** Of all files together, unpacked. */
  bytes: number;
  /** How many times larger than its archive a set may become. */
  ratio: number;
  maximumPixels: number;
  /** Of the shorter side, in pixels. */
  minimumSide: number;
}

/** What every set is held to. `pictures` is a setting. */
export const intakeLimits = (pictures: number): IntakeLimits => ({
  pictures,
  files: 4 * pictures,
  bytes: 4 * 10 ** 9,
  ratio: 100,
  maximumPixels: 100_000_000,
  minimumSide: 64,
});

const inSentence = 3;

/** DATASET_INVALID that names every file, the first few of them in its message. */
export function refuseFiles(problems: readonly FileProblem[]): DarkroomError {
  const shown = problems.slice(0, inSentence).map(({ name, problem, fix }) => `"${name}": ${problem} ${fix}`);
  const more = problems.length - shown.length;
  const rest = more > 0 ? ` ${more} more ${more === 1 ? 'file is' : 'files are'} listed in the details.` : '';
  const what = problems.length === 1 ? 'A file' : `${problems.length} files`;
  return new DarkroomError(
    'DATASET_INVALID',
    `${what} of the set cannot be used. ${shown.join(' ')}${rest}`,
    {
      details: { files: problems },
    },
  );
}

/** DATASET_INVALID about the set as a whole. */
export const refuseSet = (message: string): DarkroomError => new DarkroomError('DATASET_INVALID', message);
