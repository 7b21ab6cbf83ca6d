/**
 * The process that decodes pictures, one after the other. It has no part in anything else, so a picture that makes a decoder
 * crash, hang or fill the memory ends this process and no other; and it has its own pool of threads, so that large pictures
 * keep nobody from reading files.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import {
  type PictureAnswer,
  type PictureTask,
  pictureTaskSchema,
  tooMuchMemory,
} from './picture-messages.ts';
import { PictureRefused } from './picture-refused.ts';
import { toPlainPicture } from './to-plain-picture.ts';

const memoryLookMs = 10;

sharp.cache(false);
// One thread a picture: the other cores are for those who render and answer.
sharp.concurrency(1);

let limitBytes = Number.POSITIVE_INFINITY;
setInterval(() => {
  if (process.memoryUsage.rss() > limitBytes) process.exit(tooMuchMemory);
}, memoryLookMs);

process.on('message', (message) => {
  void answer(pictureTaskSchema.parse(message)).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));

async function answer(task: PictureTask): Promise<PictureAnswer> {
  limitBytes = task.memoryBytes;
  try {
    const { png, ...facts } = await toPlainPicture(await readFile(task.file), task);
    const sha256 = createHash('sha256').update(png).digest('hex');
    await writeFile(path.join(task.folder, `${sha256}.png`), png);
    return { kind: 'done', sha256, ...facts };
  } catch (error) {
    if (error instanceof PictureRefused) return { kind: 'refused', why: error.message };
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error), code };
  }
}
