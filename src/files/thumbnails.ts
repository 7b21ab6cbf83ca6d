/** Small pictures of outputs: made when they are first asked for, one at a time, and kept beside the file of the output. */
import { spawn as nodeSpawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import sharp from 'sharp';
import type { Config } from '../config.ts';
import { childEnvironment } from '../python/child/child-environment.ts';
import { runPythonModule } from '../python/child/run-python-module.ts';
import { engineFolder } from '../python/package-root.ts';
import { findPython } from '../python/python-environment.ts';
import { type ThumbnailWidth, thumbnailKey } from './file-key.ts';
import type { FileStore } from './file-store.ts';

const quality = 80;
const videoTimeoutMs = 30_000;

export interface Pictured {
  job: string;
  index: number;
  kind: 'image' | 'video';
  /** Key of its file. */
  key: string;
}

/** The thumbnail as it is stored; null when the file of the output is gone. */
export type ReadThumbnail = (
  output: Pictured,
  width: ThumbnailWidth,
) => Promise<{ stream: Readable; bytes: number } | null>;

/** Throws what sharp, or the process that reads videos, throws. */
export function createThumbnails(options: {
  files: Pick<FileStore, 'read' | 'put' | 'fetch'>;
  config: Pick<Config, 'scratchFolder' | 'DARKROOM_PYTHON'>;
  log: Logger;
}): ReadThumbnail {
  const { files } = options;
  const oneAtATime = pLimit(1);
  return async (output, width) => {
    const key = thumbnailKey(output.job, output.index, width);
    const stored = await files.read(key);
    if (stored !== null) return stored;
    return oneAtATime(async () => {
      const made = await files.read(key);
      if (made !== null) return made;
      const picture = await (output.kind === 'video'
        ? firstFrame(output, options)
        : wholeFile(output, files));
      if (picture === null) return null;
      const content = await sharp(picture)
        .resize({ width, height: width, fit: 'inside', withoutEnlargement: true })
        .webp({ quality })
        .toBuffer();
      await files.put(key, content, 'image/webp');
      return files.read(key);
    });
  };
}

async function wholeFile({ key }: Pictured, files: Pick<FileStore, 'read'>): Promise<Buffer | null> {
  const found = await files.read(key);
  return found === null ? null : buffer(found.stream);
}

/** By `python -m darkroom_engine.first_frame`, which has the codecs. */
async function firstFrame(
  { key }: Pictured,
  { files, config, log }: Parameters<typeof createThumbnails>[0],
): Promise<Buffer | null> {
  const folder = path.join(config.scratchFolder, `frame_${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const signal = AbortSignal.timeout(videoTimeoutMs);
    const file = await files.fetch(key, path.join(folder, 'video.mp4'), signal);
    if (file === null) return null;
    const target = path.join(folder, 'frame.png');
    await runPythonModule({
      spawn: nodeSpawn,
      python: findPython(config.DARKROOM_PYTHON),
      module: 'darkroom_engine.first_frame',
      folder: engineFolder(),
      input: { file, target },
      onLine: () => {},
      log,
      signal,
      environment: childEnvironment(process.env, { modelCache: undefined, offline: true }),
    });
    return await sharp(target).toBuffer();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
