/** The files of a training set on this machine, under the names that the server tells pairs and captions by. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors/usage-error.ts';
import { stemOf } from '../../registry/intake/archive-name.ts';
import { intakeLimits, type SetFile } from '../../registry/intake/set-file.ts';
import { walkFolder } from '../../registry/intake/walk-folder.ts';

export interface LocalSet {
  files: SetFile[];
  urls: string[];
}

/** What can be counted on every server is its own business; this only keeps a wrong folder from being walked for ever. */
const limits = intakeLimits(10_000);

/**
 * Archives, pictures, folders and URLs; a caption that lies beside a picture comes with it. Files of `pairs` are what the pictures
 * of the same name are made from. Throws UsageError that names everything that is not there.
 */
export async function localSet(sources: readonly string[], pairs: string | null): Promise<LocalSet> {
  const urls = sources.filter((source) => /^https?:/i.test(source));
  const paths = sources.filter((source) => !urls.includes(source));
  const missing = [...paths, ...(pairs === null ? [] : [pairs])].filter((name) => kindOf(name) === null);
  if (missing.length > 0)
    throw new UsageError(`There is no file or folder ${missing.map((name) => `"${name}"`).join(', ')}.`);
  if (pairs !== null && kindOf(pairs) !== 'folder')
    throw new UsageError(`--pairs: "${pairs}" is no folder. Name the one with the pictures to start from.`);
  const own = await Promise.all(paths.map(filesOf));
  const controls = pairs === null ? [] : await folderFiles(pairs);
  const files = [...own.flat(), ...controls.map((file) => ({ ...file, name: `control/${file.name}` }))];
  return { files: withoutDoubles(files), urls };
}

function kindOf(name: string): 'file' | 'folder' | null {
  const facts = statSync(name, { throwIfNoEntry: false });
  if (facts === undefined) return null;
  return facts.isDirectory() ? 'folder' : 'file';
}

async function filesOf(source: string): Promise<SetFile[]> {
  if (kindOf(source) === 'folder') return folderFiles(source);
  const caption = path.join(path.dirname(source), `${stemOf(path.basename(source))}.txt`);
  const all = kindOf(caption) === 'file' ? [source, caption] : [source];
  return all.map((file) => ({ name: path.basename(file), path: path.resolve(file) }));
}

async function folderFiles(folder: string): Promise<SetFile[]> {
  const { files, problems } = await walkFolder(path.resolve(folder), limits);
  if (problems.length === 0) return files;
  const told = problems.map(({ name, problem, fix }) => `  ${path.join(folder, name)}: ${problem} ${fix}`);
  throw new UsageError(`Files of the set cannot be sent.\n${told.join('\n')}`);
}

/** A caption that was named and lies beside its picture is one file. */
function withoutDoubles(files: readonly SetFile[]): SetFile[] {
  return [...new Map(files.map((file) => [`${file.path} ${file.name}`, file])).values()];
}
