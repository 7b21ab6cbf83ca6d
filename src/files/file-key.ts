/**
 * Keys of stored files:
 *
 *   jobs/<job>/<file>   what a job made
 *   blobs/<sha256>      what is shared by its content: LoRAs that one machine has, control pictures
 */

/** A name that cannot leave its folder, hide, or mean something to a shell or to Windows. */
const segment = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

export type FileKey = { kind: 'job'; job: string; file: string } | { kind: 'blob'; sha256: string };

export const jobFileKey = (job: string, file: string): string => `${jobPrefix(job)}${file}`;
export const jobPrefix = (job: string): string => `jobs/${job}/`;
/** Widths that thumbnails are made in, in pixels. */
export const thumbnailWidths = [256, 512] as const;
export type ThumbnailWidth = (typeof thumbnailWidths)[number];
/** Beside the file of the output, and removed with it. */
export const thumbnailKey = (job: string, index: number, width: ThumbnailWidth): string =>
  jobFileKey(job, `thumbnail_${index}_${width}.webp`);
export const thumbnailKeys = (job: string, index: number): string[] =>
  thumbnailWidths.map((width) => thumbnailKey(job, index, width));
export const blobKey = (sha256: string): string => `${blobPrefix}${sha256}`;
export const blobPrefix = 'blobs/';

export const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Throws a TypeError for anything else: keys are made by Darkroom, and a bad one is a bug. */
export function parseFileKey(key: string): FileKey {
  const parsed = splitKey(key);
  if (parsed !== null) return parsed;
  throw new TypeError(`A file key is jobs/<job>/<file> or blobs/<sha256>, not ${JSON.stringify(key)}.`);
}

export const isFileKey = (key: string): boolean => splitKey(key) !== null;

function splitKey(key: string): FileKey | null {
  const [kind, first, second, ...rest] = key.split('/');
  if (kind === 'jobs' && isName(first) && isName(second) && rest.length === 0)
    return { kind: 'job', job: first, file: second };
  if (kind === 'blobs' && first !== undefined && isSha256(first) && second === undefined)
    return { kind: 'blob', sha256: first };
  return null;
}

/** What a prefix names: all files of one job, or all blobs. Throws a TypeError for any other prefix. */
export function parseFilePrefix(prefix: string): { kind: 'job'; job: string } | { kind: 'blob' } {
  if (prefix === blobPrefix) return { kind: 'blob' };
  const [kind, job, end, ...rest] = prefix.split('/');
  if (kind === 'jobs' && isName(job) && end === '' && rest.length === 0) return { kind: 'job', job };
  throw new TypeError(`A prefix of files is jobs/<job>/ or blobs/, not ${JSON.stringify(prefix)}.`);
}

const isName = (name: string | undefined): name is string =>
  name !== undefined && segment.test(name) && !name.includes('..');
