import { python } from './paths.ts';
import { runOrThrow } from './run-program.ts';

export interface VideoFacts {
  codec: string;
  width: number;
  height: number;
  frames: number;
  fps: number;
}

const script = `
import json, sys, av
with av.open(sys.argv[1]) as file:
    stream = file.streams.video[0]
    frames = sum(1 for _ in file.decode(stream))
    facts = {"codec": stream.codec_context.name, "width": stream.width, "height": stream.height}
    print(json.dumps(facts | {"frames": frames, "fps": float(stream.average_rate)}))
`;

/** What a video file holds, by decoding all of it. */
export async function readVideo(file: string): Promise<VideoFacts> {
  return JSON.parse((await runOrThrow(python, ['-c', script, file])).stdout);
}
