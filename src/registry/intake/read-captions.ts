/**
 * What a set says of its pictures, in the forms that trainers and data sets have:
 *
 *   <stem>.txt, <stem>.caption        the caption itself
 *   <stem>.json                       {"caption": …}
 *   metadata.jsonl, captions.json     {"file_name": …, "text" or "caption": …}, a line or an item for each picture
 *   default.txt                       for pictures of its folder, and below, that have none of their own
 *
 * A file of the picture's own comes before a list, and a list before the default.
 */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { extensionOf, folderOf, stemOf } from './archive-name.ts';
import type { FileProblem, SetFile } from './set-file.ts';

export interface Captions {
  /** The caption of a picture by its name in the set; null where there is none. */
  of(name: string): string | null;
  problems: FileProblem[];
  /** Names of caption files that belong to none of these pictures. */
  unused(pictures: readonly string[]): string[];
}

const largestFile = 64 * 2 ** 20;
const longestCaption = 10_000;
const lists = new Set(['metadata.jsonl', 'captions.json']);
const ownForms = ['txt', 'caption', 'json'];

const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1).toLowerCase();
const isList = (name: string): boolean => lists.has(baseName(name));

/** Whether a file is read for captions. */
export const isCaptionFile = (name: string): boolean => ownForms.includes(extensionOf(name)) || isList(name);

/** By the picture's path without its extension, or by its whole path. */
type Found = Map<string, { caption: string; from: string }>;

export async function readCaptions(files: readonly SetFile[]): Promise<Captions> {
  const [own, listed, defaults]: [Found, Found, Found] = [new Map(), new Map(), new Map()];
  const problems: FileProblem[] = [];
  const order = (file: SetFile): number => ownForms.indexOf(extensionOf(file.name));
  for (const file of files.toSorted((a, b) => order(b) - order(a))) {
    try {
      const text = await readText(file);
      if (isList(file.name))
        for (const [name, caption] of listedIn(file.name, text)) listed.set(name, caption);
      else {
        const entry = { caption: checked(captionIn(file.name, text)), from: file.name };
        if (baseName(file.name) === 'default.txt') defaults.set(folderOf(file.name), entry);
        else own.set(folderOf(file.name) + stemOf(file.name), entry);
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      problems.push({ name: file.name, problem: error.message, fix: error.fix });
    }
  }
  const find = (name: string) =>
    own.get(folderOf(name) + stemOf(name)) ?? listed.get(name) ?? defaultFor(name, defaults);
  return {
    of: (name) => find(name)?.caption ?? null,
    problems,
    unused: (pictures) => {
      const used = new Set([
        ...pictures.flatMap((name) => find(name)?.from ?? []),
        ...problems.map(({ name }) => name),
      ]);
      const stems = new Set(pictures.map((name) => folderOf(name) + stemOf(name)));
      const isOther = ({ name }: SetFile): boolean =>
        baseName(name) !== 'default.txt' && !stems.has(folderOf(name) + stemOf(name));
      return files.filter((file) => !used.has(file.name) && isOther(file)).map(({ name }) => name);
    },
  };
}

function defaultFor(name: string, defaults: Found): { caption: string; from: string } | undefined {
  for (let folder = folderOf(name); ; folder = folderOf(folder.slice(0, -1))) {
    const found = defaults.get(folder);
    if (found !== undefined || folder === '') return found;
  }
}

class Unreadable extends Error {
  readonly fix: string;

  constructor(problem: string, fix: string) {
    super(problem);
    this.fix = fix;
  }
}

async function readText({ path }: SetFile): Promise<string> {
  if ((await stat(path)).size > largestFile)
    throw new Unreadable(`It is larger than ${largestFile / 2 ** 20} MiB.`, 'Send a caption of text.');
  try {
    // Without a byte order mark, and failing on bytes that are no UTF-8.
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof TypeError) throw new Unreadable('It is not UTF-8 text.', 'Save it as UTF-8.');
    throw error;
  }
}

function checked(caption: string): string {
  const text = caption.trim();
  if (text.length > longestCaption)
    throw new Unreadable(`A caption has ${text.length} characters.`, `Keep to ${longestCaption}.`);
  if (text.includes('\0')) throw new Unreadable('A caption has a NUL character.', 'Save it as plain text.');
  return text;
}

const captionJson = z.looseObject({ caption: z.string() });
const itemJson = z
  .looseObject({ file_name: z.string(), text: z.string().optional(), caption: z.string().optional() })
  .transform(({ file_name, text, caption }) => [file_name, caption ?? text ?? ''] as const);
const listJson = z.union([
  z.array(itemJson),
  z
    .record(z.string(), z.union([z.string(), captionJson.transform(({ caption }) => caption)]))
    .transform((all) => Object.entries(all)),
]);

function captionIn(name: string, text: string): string {
  if (extensionOf(name) !== 'json') return text;
  const parsed = captionJson.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.caption;
  throw new Unreadable('It has no caption.', 'Write {"caption": "…"}, or remove the file.');
}

function listedIn(list: string, text: string): [string, { caption: string; from: string }][] {
  const items = list.toLowerCase().endsWith('.jsonl') ? linesOf(text) : itemsOf(text);
  return items.map(([name, caption]) => [folderOf(list) + name, { caption: checked(caption), from: list }]);
}

function linesOf(text: string): (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = itemJson.safeParse(parseJson(line));
    if (parsed.success) return [parsed.data];
    throw new Unreadable(
      `Line ${index + 1} names no picture and caption.`,
      'Write {"file_name": "a.png", "text": "…"} on each line.',
    );
  });
}

function itemsOf(text: string): (readonly [string, string])[] {
  const parsed = listJson.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Unreadable(
    'It is no list of pictures and captions.',
    'Write [{"file_name": "a.png", "caption": "…"}], or {"a.png": "…"}.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
