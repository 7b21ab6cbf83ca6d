import { open } from 'node:fs/promises';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { plainSentence } from '../../errors/sentence.ts';
import { nameFormat } from '../../pictures/name-format.ts';
import type { ReadPicture } from '../../pictures/picture-reader.ts';
import { extensionOf } from './archive-name.ts';
import type { FileProblem, IntakeLimits, SetFile } from './set-file.ts';

/** A picture as the engine opens it: a plain PNG, upright, named after its hash. */
export interface SetPicture {
  name: string;
  /** Of the PNG: pictures with equal pixels have the same. */
  sha256: string;
  path: string;
  width: number;
  height: number;
  /** What was made of it, continuing its name. */
  notes: string[];
}

const ofPictures = new Set(
  'png jpg jpeg jpe jfif webp gif tif tiff avif bmp heic heif jxl jp2 svg psd xcf exr hdr dng cr2 cr3 nef arw'.split(
    ' ',
  ),
);
const ofOthers = new Set('mp4 mov webm mkv avi m4v zip tar gz tgz 7z rar'.split(' '));

/** Whether a file is meant as a picture: by its name, or else by how it begins. */
export async function isPictureFile({ name, path }: SetFile): Promise<boolean> {
  const extension = extensionOf(name);
  if (extension === '' || ofPictures.has(extension) || ofOthers.has(extension)) return true;
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(64), position: 0 });
    nameFormat(buffer.subarray(0, bytesRead));
    return true;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

/** Decodes it in the process of its own, into `folder`. Throws STORAGE_FULL. */
export async function checkPicture(
  file: SetFile,
  folder: string,
  { read, limits }: { read: ReadPicture; limits: IntakeLimits },
): Promise<SetPicture | FileProblem> {
  const { maximumPixels, minimumSide } = limits;
  const task = {
    file: file.path,
    folder,
    maximumPixels,
    orientation: 'upright',
    transparency: 'kept',
  } as const;
  const answer = await read(task);
  switch (answer.kind) {
    case 'done': {
      const { sha256, width, height, warnings } = answer;
      if (Math.min(width, height) < minimumSide)
        return {
          name: file.name,
          problem: `It is ${width}×${height} pixels.`,
          fix: `Send one with at least ${minimumSide} pixels a side.`,
        };
      const notes = warnings.map(plainSentence);
      return { name: file.name, sha256, path: `${folder}/${sha256}.png`, width, height, notes };
    }
    case 'refused':
      return { name: file.name, ...asSentences(answer.why) };
    case 'failed':
      if (answer.code === 'ENOSPC' || answer.code === 'EDQUOT')
        throw new DarkroomError(
          'STORAGE_FULL',
          'The disk is full while the set is received. Free some space, then send it again.',
        );
      throw new Error(`"${file.name}" could not be decoded: ${answer.message}`);
  }
}

/** “it is a HEIC picture, which is not read. Save it as JPEG” in two. */
function asSentences(why: string): Pick<FileProblem, 'problem' | 'fix'> {
  const [problem = '', ...fix] = `${why.charAt(0).toUpperCase()}${why.slice(1)}.`.split(/(?<=\.) /);
  return { problem, fix: fix.length === 0 ? 'Send it as JPEG or PNG.' : fix.join(' ') };
}
