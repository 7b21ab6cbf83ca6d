/**
 * From the path of a request to a file on this machine.
 *
 * A path is relative to the LoRA folder, or absolute inside a folder that is allowed. It may not lead out of its folder: not
 * by `..`, not through a symbolic link, not by an encoding trick. A path that is refused and a file that is missing answer
 * alike, naming only what the client sent, so that the answer tells nothing about the machine. A symbolic link inside the
 * folder that leads out of it is named, whether or not there is a file behind it.
 *
 * A folder that PEFT saved stands for the `adapter_model.safetensors` in it.
 *
 * Separators may be those of Windows, and letters with marks may be composed or not: the name of a file says which of the
 * two it was saved with, and nobody sees the difference.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../../errors/darkroom-error.ts';

export interface LoraFolders {
  /** Relative paths start here. */
  base: string;
  /** Absolute paths must be inside one of these (or of `base`). */
  allowed: readonly string[];
}

/** What PEFT calls the weights in the folder that it saves. */
export const peftModelName = 'adapter_model.safetensors';

/** The real path of a LoRA file. Throws LORA_NOT_FOUND, or LORA_INVALID for another extension than `.safetensors`. */
export async function locateLora(requested: string, folders: LoraFolders): Promise<string> {
  const asked = plainPath(requested);
  if (asked === null) throw notFound(requested);
  if (!asked.toLowerCase().endsWith('.safetensors')) {
    const inFolder = await findPlace(path.join(asked, peftModelName), folders);
    if (inFolder.file !== null) return inFolder.file;
    throw new DarkroomError(
      'LORA_INVALID',
      `The LoRA "${shorten(requested)}" is not a .safetensors file. Other formats can run code when they are read and are refused.`,
      { details: { path: shorten(requested) } },
    );
  }
  const place = await findPlace(asked, folders);
  if (place.linkOut !== null) throw leadsOut(requested, place.linkOut);
  if (place.file === null) throw notFound(requested);
  return place.file;
}

/** The real path of any file by the same rules; null when there is none, or it may not be read. */
export async function locateFile(requested: string, folders: LoraFolders): Promise<string | null> {
  const asked = plainPath(requested);
  return asked === null ? null : (await findPlace(asked, folders)).file;
}

/** Where a path leads: to a file that may be read, or out of the folders by a link. */
interface Place {
  file: string | null;
  /** The path up to the link, as it was asked for. */
  linkOut: string | null;
}

const nowhere: Place = { file: null, linkOut: null };

async function findPlace(asked: string, folders: LoraFolders): Promise<Place> {
  const roots = [folders.base, ...folders.allowed];
  const target = path.isAbsolute(asked) ? path.normalize(asked) : path.resolve(folders.base, asked);
  const root = roots.find((folder) => isInside(target, folder));
  if (root === undefined) return nowhere;
  const found = await Promise.all(roots.map((folder) => realpath(folder).catch(() => null)));
  const place = await follow(
    root,
    path.relative(root, target),
    found.filter((folder) => folder !== null),
  );
  const isFile = place.file !== null && (await stat(place.file)).isFile();
  return isFile || place.linkOut !== null ? place : nowhere;
}

/** Go down from `root` part by part, so that a link out of all roots is known by its name. */
async function follow(root: string, relative: string, realRoots: readonly string[]): Promise<Place> {
  let folder = await realpath(root).catch(() => null);
  let shown = '';
  for (const part of relative.split(path.sep)) {
    const next: string | null = folder === null ? null : await realEntry(folder, part);
    if (next === null) return nowhere;
    shown = shown === '' ? part : `${shown}/${part}`;
    if (!realRoots.some((each) => next === each || isInside(next, each)))
      return { file: null, linkOut: shown };
    folder = next;
  }
  return { file: folder, linkOut: null };
}

/** Where an entry of a folder really is, by its name or by the same name in another Unicode form. Null when it is nowhere. */
async function realEntry(folder: string, name: string): Promise<string | null> {
  const exact = await realpath(path.join(folder, name)).catch(() => null);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names of ASCII have one form only
  if (exact !== null || /^[\u0000-\u007f]*$/.test(name)) return exact;
  const names = await readdir(folder).catch(() => []);
  const same = names.find((each) => each.normalize('NFC') === name.normalize('NFC'));
  return same === undefined ? null : realpath(path.join(folder, same)).catch(() => null);
}

/** With our separators. Null for one with control characters, a `..` part, or longer than file systems allow. */
function plainPath(requested: string): string | null {
  const asked = requested.replaceAll('\\', '/');
  if (asked === '' || asked.length > 1024) return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(asked)) return null;
  return asked.split('/').includes('..') ? null : asked;
}

function isInside(target: string, root: string): boolean {
  const relative = path.relative(root, target);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

function leadsOut(requested: string, link: string): DarkroomError {
  return new DarkroomError(
    'LORA_NOT_FOUND',
    `The LoRA "${shorten(requested)}" cannot be used: "${shorten(link)}" is a symbolic link out of the folder of LoRAs. Put the file itself there, or name the folder that the link leads to in LORA_ALLOWED_PATHS.`,
    { details: { path: shorten(requested), link: shorten(link) } },
  );
}

function notFound(requested: string): DarkroomError {
  return new DarkroomError(
    'LORA_NOT_FOUND',
    `There is no LoRA "${shorten(requested)}". Send a .safetensors path relative to WORKFLOWS_BASE_PATH, a URL, or hf:owner/repo/file.`,
    { details: { path: shorten(requested) } },
  );
}

const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
