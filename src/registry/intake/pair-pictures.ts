/**
 * Which pictures are what a model is shown, and which are what it is to make of them, by the folders that they lie in:
 *
 *   cat.png                                     alone
 *   target/cat.png   source/cat.png             a pair
 *   cat.png          control/cat.png            a pair
 *   cat.png          control_1/cat.png, …_2, …_3    one with several
 */
import { folderOf, stemOf } from './archive-name.ts';
import type { FileProblem } from './set-file.ts';

export interface Grouped<Picture> {
  /** With the pictures that it is made from, in order. */
  items: { target: Picture; controls: Picture[] }[];
  problems: FileProblem[];
}

const slots: Readonly<Record<string, number>> = {
  source: 0,
  control: 0,
  control_1: 0,
  control_2: 1,
  control_3: 2,
};

interface Place {
  /** Equal for what belongs together. */
  key: string;
  slot: number | null;
}

export function pairPictures<Picture extends { name: string }>(
  pictures: readonly Picture[],
): Grouped<Picture> {
  const placed = pictures.map((picture) => ({ picture, ...placeOf(picture.name) }));
  const targets = placed.filter(({ slot }) => slot === null);
  // A folder may be called so and hold a plain set.
  if (targets.length === 0)
    return { items: pictures.map((target) => ({ target, controls: [] })), problems: [] };
  const controls = Map.groupBy(
    placed.filter(({ slot }) => slot !== null),
    ({ key }) => key,
  );
  const problems: FileProblem[] = [];
  const items = targets.map(({ picture, key }) => {
    const own = (controls.get(key) ?? []).toSorted((a, b) => (a.slot ?? 0) - (b.slot ?? 0));
    problems.push(...slotProblems(picture.name, own, controls.size > 0));
    return { target: picture, controls: own.map((control) => control.picture) };
  });
  return { items, problems: [...problems, ...lonely(targets, controls), ...doubles(targets, controls)] };
}

function placeOf(name: string): Place {
  const parts = folderOf(name).split('/').slice(0, -1);
  const at = parts.findLastIndex((part) => Object.hasOwn(slots, part.toLowerCase()));
  const rest = parts.filter((part, index) => index !== at && part.toLowerCase() !== 'target');
  const key = [...rest, stemOf(name)].join('/');
  return { key, slot: at === -1 ? null : (slots[parts[at]?.toLowerCase() ?? ''] ?? null) };
}

type Placed = Place & { picture: { name: string } };

function slotProblems(name: string, own: readonly Placed[], hasPairs: boolean): FileProblem[] {
  const taken = own.map(({ slot }) => slot);
  const fix = 'Give every picture as many, with the same file name, in control_1 to control_3.';
  if (new Set(taken).size < taken.length)
    return [{ name, problem: 'Two control pictures have the same place.', fix }];
  if (taken.some((slot, index) => slot !== index))
    return [{ name, problem: 'A control picture of it is missing.', fix }];
  if (hasPairs && own.length === 0)
    return [{ name, problem: 'It has no control picture, and others of the set have.', fix }];
  return [];
}

function lonely(targets: readonly Placed[], controls: ReadonlyMap<string, Placed[]>): FileProblem[] {
  const known = new Set(targets.map(({ key }) => key));
  return [...controls].flatMap(([key, own]) =>
    known.has(key)
      ? []
      : own.map(({ picture }) => ({
          name: picture.name,
          problem: 'There is no picture that is to be made from it.',
          fix: 'Give both the same file name, or remove it.',
        })),
  );
}

function doubles(targets: readonly Placed[], controls: ReadonlyMap<string, Placed[]>): FileProblem[] {
  const seen = new Set<string>();
  return targets.flatMap(({ key, picture }) => {
    const isSecond = seen.has(key);
    seen.add(key);
    if (!isSecond || !controls.has(key)) return [];
    const problem = 'Another picture has the same name, so its control pictures could be of either.';
    return [{ name: picture.name, problem, fix: 'Give each its own name.' }];
  });
}
