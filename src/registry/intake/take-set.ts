/**
 * A training set on its way in: gather its files ─▶ read captions ─▶ decode pictures ─▶ pair them ─▶ leave out doubles. Nothing is
 * stored here: the pictures are plain PNGs in a folder of their own until whoever takes the set hands them on.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import type { ReadPicture } from '../../pictures/picture-reader.ts';
import { checkPicture, isPictureFile, type SetPicture } from './check-picture.ts';
import { type GatherParts, gatherSet, type SetSource } from './gather-set.ts';
import { pairPictures } from './pair-pictures.ts';
import { isCaptionFile, readCaptions } from './read-captions.ts';
import { type FileProblem, type IntakeLimits, refuseFiles, refuseSet, type SetFile } from './set-file.ts';

export interface TakenItem {
  picture: SetPicture;
  /** Null where the set has none. */
  caption: string | null;
  /** What the picture is to be made from, in order. */
  controls: SetPicture[];
}

export interface TakenSet {
  items: TakenItem[];
  warnings: string[];
}

export interface IntakeParts extends GatherParts {
  read: ReadPicture;
}

export interface TakeOptions {
  /** Leave out files that cannot be used, with a warning for each, instead of refusing the set. */
  skipBad: boolean;
}

/** Throws DATASET_INVALID, with every file that cannot be used in `details.files`, and STORAGE_FULL. */
export async function takeSet(
  sources: readonly SetSource[],
  folder: string,
  { skipBad }: TakeOptions,
  parts: IntakeParts,
): Promise<TakenSet> {
  const gathered = await gatherSet(sources, folder, parts);
  const { pictures: files, captionFiles, others } = await sort(gathered.files);
  assertCount(files.length, gathered.problems, parts.limits);
  const captions = await readCaptions(captionFiles);
  const checked = await checkAll(files, path.join(folder, 'pictures'), parts);
  const paired = pairPictures(checked.pictures);
  const problems = [...gathered.problems, ...captions.problems, ...checked.problems, ...paired.problems];
  if (problems.length > 0 && !skipBad) throw refuseFiles(problems);
  const bad = new Set(paired.problems.map(({ name }) => name));
  const all = paired.items
    .filter(({ target }) => !bad.has(target.name))
    .map(({ target, controls }) => ({ picture: target, caption: captions.of(target.name), controls }));
  if (all.length === 0) throw problems.length > 0 ? refuseFiles(problems) : noPictures();
  const { items, warnings } = withoutDoubles(all);
  const unused = [...others, ...captions.unused(files.map(({ name }) => name))];
  return {
    items,
    warnings: [
      ...problems.map(({ name, problem }) => `"${name}" was left out: ${problem}`),
      ...items.flatMap(({ picture, controls }) => [picture, ...controls].flatMap(notesOf)),
      ...warnings,
      ...(unused.length === 0 ? [] : [unusedWarning(unused)]),
    ],
  };
}

const noPictures = (): Error =>
  refuseSet(
    'The set has no pictures. Send PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP files, or an archive of them.',
  );

function assertCount(count: number, problems: readonly FileProblem[], limits: IntakeLimits): void {
  if (count === 0) throw problems.length > 0 ? refuseFiles(problems) : noPictures();
  if (count > limits.pictures)
    throw refuseSet(
      `The set has ${count} pictures; ${limits.pictures} are taken. Send fewer, or raise TRAINING_IMAGES_MAX.`,
    );
}

interface Sorted {
  pictures: SetFile[];
  captionFiles: SetFile[];
  /** Names. */
  others: string[];
}

async function sort(files: readonly SetFile[]): Promise<Sorted> {
  const sorted: Sorted = { pictures: [], captionFiles: [], others: [] };
  for (const file of files) {
    if (isCaptionFile(file.name)) sorted.captionFiles.push(file);
    else if (await isPictureFile(file)) sorted.pictures.push(file);
    else sorted.others.push(file.name);
  }
  return sorted;
}

async function checkAll(
  files: readonly SetFile[],
  folder: string,
  parts: IntakeParts,
): Promise<{ pictures: SetPicture[]; problems: FileProblem[] }> {
  await mkdir(folder, { recursive: true });
  const oneByOne = pLimit(2);
  const check = (file: SetFile) =>
    oneByOne(() => {
      parts.signal.throwIfAborted();
      return checkPicture(file, folder, parts);
    });
  const checked = await Promise.all(files.map(check));
  return {
    pictures: checked.flatMap((one) => ('sha256' in one ? [one] : [])),
    problems: checked.flatMap((one) => ('problem' in one ? [one] : [])),
  };
}

/** Of items with the same pixels the first. */
function withoutDoubles(items: readonly TakenItem[]): { items: TakenItem[]; warnings: string[] } {
  const first = new Map<string, TakenItem>();
  const warnings: string[] = [];
  for (const item of items) {
    const key = [item.picture, ...item.controls].map(({ sha256 }) => sha256).join(' ');
    const before = first.get(key);
    if (before === undefined) first.set(key, item);
    else
      warnings.push(
        `"${item.picture.name}" has the same pixels as "${before.picture.name}" and was left out.`,
      );
  }
  return { items: [...first.values()], warnings };
}

const notesOf = ({ name, notes }: SetPicture): string[] => notes.map((note) => `"${name}" ${note}`);

const shownNames = 5;
function unusedWarning(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).map((name) => `"${name}"`);
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : '';
  return `Not used, since they are neither pictures nor captions of one: ${shown.join(', ')}${more}.`;
}
