/**
 * From the path of a request to a file on this machine.
 *
 * A path is relative to the LoRA folder, or absolute inside a folder that is allowed. It may not lead out of its folder: not
 * by `..`, not through a symbolic link, not by an encoding trick. A path that is refused and a file that is missing answer
 * alike, naming only what the client sent, so that the answer tells nothing about the machine.
 */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../errors/darkroom-error.ts';

export interface LoraFolders {
  /** Relative paths start here. */
  base: string;
  /** Absolute paths must be inside one of these (or of `base`). */
  allowed: readonly string[];
}

/** The real path of a LoRA file. Throws LORA_NOT_FOUND, or LORA_INVALID for another extension than `.safetensors`. */
export async function locateLora(requested: string, folders: LoraFolders): Promise<string> {
  if (!isPlainPath(requested)) throw notFound(requested);
  if (!requested.toLowerCase().endsWith('.safetensors')) {
    throw new DarkroomError(
      'LORA_INVALID',
      `The LoRA "${shorten(requested)}" is not a .safetensors file. Other formats can run code when they are read and are refused.`,
      { details: { path: shorten(requested) } },
    );
  }
  const file = await locateFile(requested, folders);
  if (file === null) throw notFound(requested);
  return file;
}

/** The real path of any file by the same rules; null when there is none, or it may not be read. */
export async function locateFile(requested: string, folders: LoraFolders): Promise<string | null> {
  if (!isPlainPath(requested)) return null;
  const roots = [folders.base, ...folders.allowed];
  const target = path.isAbsolute(requested)
    ? path.normalize(requested)
    : path.resolve(folders.base, requested);
  if (!roots.some((root) => isInside(target, root))) return null;
  const real = await realpath(target).catch(() => null);
  if (real === null) return null;
  const realRoots = await Promise.all(roots.map((root) => realpath(root).catch(() => null)));
  if (!realRoots.some((root) => root !== null && isInside(real, root))) return null;
  return (await stat(real)).isFile() ? real : null;
}

/** No control characters, no backslash (a separator on some systems), no `..` part, not longer than file systems allow. */
function isPlainPath(requested: string): boolean {
  if (requested === '' || requested.length > 1024) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f\\]/.test(requested)) return false;
  return !requested.split('/').includes('..');
}

function isInside(target: string, root: string): boolean {
  const relative = path.relative(root, target);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

function notFound(requested: string): DarkroomError {
  return new DarkroomError(
    'LORA_NOT_FOUND',
    `There is no LoRA "${shorten(requested)}". Send a .safetensors path relative to WORKFLOWS_BASE_PATH, a URL, or hf:owner/repo/file.`,
    { details: { path: shorten(requested) } },
  );
}

const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
