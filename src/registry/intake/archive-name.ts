/** What the name of a file in an archive or folder says before the file is looked at. */

const longestName = 500;
const clutter = new Set(['thumbs.db', 'desktop.ini']);

/** What systems leave beside pictures, and caches of trainers: left out without a word. */
export function isClutter(name: string): boolean {
  const parts = name.split('/');
  return (
    parts.some((part) => part === '__MACOSX' || /^(\.[^.]|_latent_cache)/.test(part)) ||
    clutter.has(parts.at(-1)?.toLowerCase() ?? '')
  );
}

/** With `/` between its parts, without a leading `./`. */
export const plainPath = (name: string): string => name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');

/** Why a file of this name is not unpacked, as a sentence; null when nothing speaks against it. */
export function nameProblem(name: string): string | null {
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'It has an absolute path.';
  if (name.split('/').includes('..')) return 'Its path leads out of the archive with "..".';
  if (name.length > longestName) return `Its path has more than ${longestName} characters.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (name === '' || /[\u0000-\u001f\u007f]/.test(name))
    return 'Its path has characters that cannot be shown.';
  return null;
}

/** Name of the folder, with a slash at its end unless it is the top. */
export const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);

/** The file name without its last extension. */
export const stemOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');

/** Its last extension in lower case, without the dot. */
export const extensionOf = (name: string): string => /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
