/** Files for models with two denoisers come in pairs, whose names differ in one word: `x_high_noise` and `x_low_noise`. */
import type { LoraRow } from '../draft/draft.ts';

const word = /(^|[^a-z])(high|low)(?=[^a-z]|noise|$)/i;

/** The side that a path names, or null. */
export function sideOf(path: string): LoraRow['side'] {
  const found = word.exec(fileOf(path))?.[2]?.toLowerCase();
  return found === 'high' || found === 'low' ? found : null;
}

/** The path of the other one of a pair, among those that there are; null for one alone. */
export function partnerOf(path: string, paths: readonly string[]): string | null {
  if (sideOf(path) === null) return null;
  const wanted = plain(path);
  return (
    paths.find((other) => other !== path && sideOf(other) !== sideOf(path) && plain(other) === wanted) ?? null
  );
}

/** Name of a file without its folder and its extension. */
export const stemOf = (path: string): string => fileOf(path).replace(/\.safetensors$/i, '');

const fileOf = (path: string): string => path.split('/').at(-1) ?? path;
const folderOf = (path: string): string => path.slice(0, path.length - fileOf(path).length);
const plain = (path: string): string => `${folderOf(path)}${fileOf(path).toLowerCase().replace(word, '$1*')}`;
