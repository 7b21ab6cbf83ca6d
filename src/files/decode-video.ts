import { spawn as nodeSpawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { childEnvironment } from '../python/child/child-environment.ts';
import { runPythonModule } from '../python/child/run-python-module.ts';
import { engineFolder } from '../python/package-root.ts';
import { findPython } from '../python/python-environment.ts';

/** All frames of a video, as 8 bits of red, green and blue a pixel, one after the other. */
export interface DecodedVideo {
  width: number;
  height: number;
  frames: number;
  data: Uint8Array;
}

const decodedSchema = z.object({ width: z.int(), height: z.int(), frames: z.int() });

/** By `python -m darkroom_engine.decode_video`, which has the codecs. Throws what that process throws. */
export function createVideoDecoder({
  config,
  log,
}: {
  config: Pick<Config, 'scratchFolder' | 'DARKROOM_PYTHON'>;
  log: Logger;
}): (bytes: Uint8Array, signal: AbortSignal) => Promise<DecodedVideo> {
  return async (bytes, signal) => {
    const folder = path.join(config.scratchFolder, `video_${randomUUID()}`);
    await mkdir(folder, { recursive: true });
    try {
      const file = path.join(folder, 'video.mp4');
      const target = path.join(folder, 'frames.rgb');
      await writeFile(file, bytes);
      const lines: string[] = [];
      await runPythonModule({
        spawn: nodeSpawn,
        python: findPython(config.DARKROOM_PYTHON),
        module: 'darkroom_engine.decode_video',
        folder: engineFolder(),
        input: { file, target },
        onLine: (line) => lines.push(line),
        log,
        signal,
        environment: childEnvironment(process.env, { modelCache: undefined, offline: true }),
      });
      return { ...decodedSchema.parse(JSON.parse(lines.at(-1) ?? '')), data: await readFile(target) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
