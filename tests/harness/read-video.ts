import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { python } from './paths.ts';
import type { Picture } from './pictures.ts';
import { runOrThrow } from './run-program.ts';

export interface VideoFacts {
  codec: string;
  width: number;
  height: number;
  frames: number;
  fps: number;
  sound: Sound | null;
}

export interface Sound {
  codec: string;
  rate: number;
  channels: number;
  seconds: number;
  /** Of all samples, 0 to 1: above 0 where something is heard. */
  loudest: number;
}

const script = `
import base64, json, sys, av
import numpy
pixels, sound = [], []
with av.open(sys.argv[1]) as file:
    stream = file.streams.video[0]
    for frame in file.decode():
        (pixels if isinstance(frame, av.VideoFrame) else sound).append(frame)
    facts = {"codec": stream.codec_context.name, "width": stream.width, "height": stream.height}
    facts |= {"frames": len(pixels), "fps": float(stream.average_rate), "sound": None}
    for heard in file.streams.audio:
        samples = numpy.concatenate([frame.to_ndarray() for frame in sound], axis=1)
        facts["sound"] = {"codec": heard.codec_context.name, "rate": heard.rate, "channels": heard.channels,
            "seconds": samples.shape[1] / heard.rate, "loudest": float(abs(samples).max())}
    raw = b"".join(frame.to_ndarray(format="rgb24").tobytes() for frame in pixels)
    print(json.dumps({"facts": facts, "pixels": base64.b64encode(raw).decode()}))
`;

/** What a video file holds, by decoding all of it; the frames as one picture, one below the other. */
export async function decodeVideo(file: string): Promise<{ facts: VideoFacts; picture: Picture }> {
  const { stdout } = await runOrThrow(python, ['-c', script, file]);
  const { facts, pixels }: { facts: VideoFacts; pixels: string } = JSON.parse(stdout);
  const height = facts.height * facts.frames;
  return { facts, picture: { width: facts.width, height, pixels: Buffer.from(pixels, 'base64') } };
}

export async function readVideo(file: string): Promise<VideoFacts> {
  return (await decodeVideo(file)).facts;
}

/** The same for the bytes of a file. */
export async function decodeVideoBytes(bytes: Buffer): ReturnType<typeof decodeVideo> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-video-'));
  const file = path.join(folder, 'video.mp4');
  try {
    await writeFile(file, bytes);
    return await decodeVideo(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
