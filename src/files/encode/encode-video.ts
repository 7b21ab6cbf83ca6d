import type { Logger } from 'pino';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import { isErrorCode } from '../../errors/codes.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { childEnvironment } from '../../python/child/child-environment.ts';
import { runPythonModule } from '../../python/child/run-python-module.ts';
import type { Spawn } from '../../python/child/spawn-python.ts';
import { engineFolder } from '../../python/package-root.ts';
import { findPython } from '../../python/python-environment.ts';
import { parametersText } from './parameters-text.ts';
import { type Provenance, provenanceJson } from './provenance.ts';
import type { RawFrame } from './raw-frame.ts';

export interface VideoDependencies {
  config: Pick<Config, 'DARKROOM_PYTHON'>;
  log: Logger;
  spawn: Spawn;
  environment: Record<string, string | undefined>;
}

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('done') }),
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
]);

/**
 * Write frames to an MP4 at `target`: H.264, and AAC where there is sound, by `python -m darkroom_engine.encode_video`, which
 * has the codecs. Throws RENDER_FAILED or STORAGE_FULL.
 */
export async function encodeVideo(
  frame: RawFrame,
  target: string,
  provenance: Provenance,
  { config, log, spawn, environment }: VideoDependencies,
): Promise<void> {
  let failure: DarkroomError | null = null;
  const { file, width, height, frames, fps, audio } = frame;
  const run = runPythonModule({
    spawn,
    python: findPython(config.DARKROOM_PYTHON),
    module: 'darkroom_engine.encode_video',
    folder: engineFolder(),
    environment: childEnvironment(environment, { modelCache: undefined, offline: true }),
    input: {
      file,
      width,
      height,
      frames,
      fps,
      audio,
      target,
      metadata: {
        comment: provenanceJson(provenance),
        description: parametersText(provenance),
        encoding_tool: 'Darkroom',
      },
    },
    onLine: (line) => {
      failure ??= failureOf(line);
    },
    log,
    signal: new AbortController().signal,
  });
  await run.catch((error: unknown) => {
    throw failure ?? new DarkroomError('RENDER_FAILED', `The video could not be encoded. ${text(error)}`);
  });
}

function failureOf(line: string): DarkroomError | null {
  try {
    const message = messageSchema.safeParse(JSON.parse(line)).data;
    if (message?.type !== 'failed') return null;
    return new DarkroomError(isErrorCode(message.code) ? message.code : 'RENDER_FAILED', message.message);
  } catch {
    return null;
  }
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));
