import { spawn as nodeSpawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import type { Spawn } from '../../python/child/spawn-python.ts';
import type { OutputRequest } from '../../render/request.ts';
import { encodeImage } from './encode-image.ts';
import { encodeVideo } from './encode-video.ts';
import { type Provenance, publicProvenance } from './provenance.ts';
import { checkFrameSize, type RawFrame } from './raw-frame.ts';

interface EncodedFrame {
  content: Uint8Array;
  contentType: string;
  /** Without a dot. */
  extension: string;
  format: 'jpeg' | 'png' | 'webp' | 'mp4';
}

export type EncodeFrame = (
  frame: RawFrame,
  output: OutputRequest,
  provenance: Provenance,
) => Promise<EncodedFrame>;

export interface FrameEncoderOptions {
  config: Pick<Config, 'DARKROOM_PYTHON'>;
  log: Logger;
  spawn?: Spawn;
  environment?: Record<string, string | undefined>;
}

const extensions = { jpeg: 'jpg', png: 'png', webp: 'webp' } as const;

/**
 * Turns raw frames into files that say how they were made: a frame with a frame rate becomes an MP4, by a Python process of
 * its own, any other the image format that was asked for. Neither touches the device. Errors of the disk are thrown as
 * they are.
 */
export function createFrameEncoder(options: FrameEncoderOptions): EncodeFrame {
  return async (frame, output, provenance) => {
    await checkFrameSize(frame);
    const facts = publicProvenance(provenance);
    if (frame.fps !== null) {
      const content = await videoBytes(
        frame,
        { ...facts, num_frames: frame.frames, fps: frame.fps },
        options,
      );
      return { content, contentType: 'video/mp4', extension: 'mp4', format: 'mp4' };
    }
    return {
      content: await encodeImage(frame, output, facts),
      contentType: `image/${output.format}`,
      extension: extensions[output.format],
      format: output.format,
    };
  };
}

async function videoBytes(
  frame: RawFrame,
  provenance: Provenance,
  { config, log, spawn = nodeSpawn, environment = process.env }: FrameEncoderOptions,
): Promise<Uint8Array> {
  const target = `${frame.file}.${randomUUID()}.mp4`;
  try {
    await encodeVideo(frame, target, provenance, { config, log, spawn, environment });
    return await readFile(target);
  } finally {
    await rm(target, { force: true });
  }
}
