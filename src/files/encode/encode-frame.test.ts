import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineFolder } from '../../python/package-root.ts';
import { venvPython } from '../../python/python-environment.ts';
import { createFrameEncoder } from './encode-frame.ts';
import { parametersText } from './parameters-text.ts';
import type { Provenance } from './provenance.ts';
import { readProvenance } from './read-provenance.ts';

const python = path.join(engineFolder(), '.venv', ...venvPython(process.platform));
const encode = createFrameEncoder({ config: { DARKROOM_PYTHON: undefined }, log: pino({ level: 'silent' }) });

const provenance: Provenance = {
  model: 'flux',
  checkpoint: { repository: 'black-forest-labs/FLUX.1-dev', revision: '3de623f' },
  loras: [{ path: 'styles/ink.safetensors', sha256: 'ab'.repeat(32), scale: 0.8 }],
  prompt: 'a fox (red, small), "quoted"\nsecond line — 狐 😀',
  negative_prompt: 'blurry (very), low: quality',
  seed: 2 ** 53 - 1,
  steps: 20,
  guidance_scale: 4,
  width: 37,
  height: 23,
  versions: { diffusers: '0.40.0', torch: '2.13.0' },
};
const png = { format: 'png', quality: 95 } as const;

let folder = '';
let pixels = Buffer.alloc(0);
const frame = (more = {}) => ({
  file: path.join(folder, 'frame.rgb'),
  width: 37,
  height: 23,
  frames: 1,
  fps: null,
  audio: null,
  ...more,
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-encode-'));
  pixels = Buffer.from(Array.from({ length: 37 * 23 * 3 }, (_, index) => (index * 7919) % 251));
  await writeFile(path.join(folder, 'frame.rgb'), pixels);
});
afterAll(() => rm(folder, { recursive: true }));

describe('images', () => {
  test('a PNG holds exactly the pixels of the engine', async () => {
    const encoded = await encode(frame(), png, provenance);
    expect(encoded).toMatchObject({ contentType: 'image/png', extension: 'png', format: 'png' });
    const { data, info } = await sharp(encoded.content).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 37, height: 23, channels: 3 });
    expect(data.equals(pixels)).toBe(true);
  });

  test.each([
    { format: 'png', extension: 'png' },
    { format: 'jpeg', extension: 'jpg' },
    { format: 'webp', extension: 'webp' },
  ] as const)('a $format says how it was made, and decodes', async ({ format, extension }) => {
    const encoded = await encode(frame(), { format, quality: 95 }, provenance);
    expect(encoded).toMatchObject({ format, extension, contentType: `image/${format}` });
    expect(await sharp(encoded.content).metadata()).toMatchObject({ format, width: 37, height: 23 });
    await sharp(encoded.content, { failOn: 'warning' }).raw().toBuffer();
    expect(await readProvenance(encoded.content)).toEqual(provenance);
  });

  test('quality decides the chroma of a JPEG, and its size', async () => {
    const at = async (quality: number) =>
      (await encode(frame(), { format: 'jpeg', quality }, provenance)).content;
    expect((await sharp(await at(95)).metadata()).chromaSubsampling).toBe('4:4:4');
    expect((await sharp(await at(80)).metadata()).chromaSubsampling).toBe('4:2:0');
    expect((await at(20)).byteLength).toBeLessThan((await at(95)).byteLength);
  });

  test.each(['jpeg', 'webp', 'png'] as const)('a prompt of any length fits a %s', async (format) => {
    for (const characters of [15_000, 40_000, 200_000]) {
      const long = { ...provenance, prompt: '狐 '.repeat(characters / 2) };
      const { content } = await encode(frame(), { format, quality: 90 }, long);
      const found = await readProvenance(content);
      expect(found?.seed).toBe(provenance.seed);
      expect(long.prompt.startsWith(found?.prompt.replace(/…$/, '') ?? 'x')).toBe(true);
      if (format !== 'jpeg') expect(found).toEqual(long);
    }
  });

  test('facts that fit no JPEG segment at all are left out, and the picture is whole', async () => {
    const loras = Array.from({ length: 40 }, () => ({ path: '狐'.repeat(2000), sha256: 'ab', scale: 1 }));
    const { content } = await encode(frame(), { format: 'jpeg', quality: 90 }, { ...provenance, loras });
    expect(await readProvenance(content)).toBeNull();
    expect((await sharp(content).metadata()).width).toBe(37);
  });

  test('a token in the URL of a LoRA does not get into the file', async () => {
    const loras = [
      { path: 'https://me:pw@civitai.com/a/1?token=SECRET&type=Model#x', sha256: 'ab', scale: 1 },
    ];
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const { content } = await encode(frame(), { format, quality: 90 }, { ...provenance, loras });
      expect((await readProvenance(content))?.loras[0]?.path).toBe('https://civitai.com/a/1');
      expect(Buffer.from(content).includes('SECRET')).toBe(false);
    }
  });

  test('a picture of someone else says nothing; a file that is none is an error', async () => {
    const foreign = await sharp(pixels, { raw: { width: 37, height: 23, channels: 3 } })
      .jpeg()
      .withExif({ IFD0: { ImageDescription: '{"model": "mine"}' } })
      .toBuffer();
    expect(await readProvenance(foreign)).toBeNull();
    await expect(readProvenance(Buffer.from('no picture'))).rejects.toThrow();
  });

  test('a raw file of another size is refused instead of half a picture', async () => {
    await expect(encode(frame({ height: 24 }), png, provenance)).rejects.toMatchObject({
      code: 'RENDER_FAILED',
      message: expect.stringContaining('2553 bytes for 1 frame(s) of 37×24; 2664 were expected'),
    });
  });
});

const readWithPillow = `
import json, sys
from PIL import Image
found = {}
for file in sys.argv[1:]:
    image = Image.open(file)
    image.load()
    exif = image.getexif()
    comment = exif.get_ifd(0x8769).get(0x9286)
    found[image.format] = {
        "text": {key: value for key, value in image.info.items() if isinstance(value, str)},
        "description": exif.get(0x010E),
        "comment": comment and [comment[:8].decode(), comment[8:].decode("utf-16-be")],
    }
print(json.dumps(found))
`;

const readWithPyAv = `
import json, sys
import av
container = av.open(sys.argv[1])
video = container.streams.video[0]
frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
sound = container.streams.audio
print(json.dumps({
    "frames": len(frames), "size": [video.width, video.height], "fps": float(video.average_rate),
    "seconds": container.duration / 1e6, "codecs": [s.codec_context.name for s in container.streams],
    "pixel_format": video.codec_context.pix_fmt, "first": frames[0].mean((0, 1)).tolist(),
    "last": frames[-1].mean((0, 1)).tolist(), "rate": sound[0].rate if sound else None,
    "comment": container.metadata["comment"], "description": container.metadata["description"],
    "index_first": open(sys.argv[1], "rb").read().index(b"moov") < open(sys.argv[1], "rb").read().index(b"mdat"),
}))
`;

describe.runIf(existsSync(python))('read by others', () => {
  const readBy = (script: string, ...files: string[]) =>
    JSON.parse(execFileSync(python, ['-c', script, ...files], { encoding: 'utf8' }));

  test('Pillow finds the texts of all three formats', async () => {
    const files = await Promise.all(
      (['png', 'jpeg', 'webp'] as const).map(async (format) => {
        const { content, extension } = await encode(frame(), { format, quality: 95 }, provenance);
        const file = path.join(folder, `pillow.${extension}`);
        await writeFile(file, content);
        return file;
      }),
    );
    const found = readBy(readWithPillow, ...files);
    const parameters = parametersText(provenance);
    expect(found.PNG.text.parameters).toBe(parameters);
    expect(JSON.parse(found.PNG.text.darkroom)).toEqual(provenance);
    for (const format of ['JPEG', 'WEBP']) {
      expect(JSON.parse(found[format].description)).toEqual(provenance);
      expect(found[format].comment).toEqual(['UNICODE\0', parameters]);
    }
  });

  const video = async (frames: number, size: [number, number], sound: boolean) => {
    const [width, height] = size;
    const raw = Array.from({ length: frames }, (_, index) => {
      const colour = index === frames - 1 ? [20, 40, 220] : [220, 40, 20];
      return Buffer.from(Array.from({ length: width * height }, () => colour).flat());
    });
    const file = path.join(folder, 'video.rgb');
    const audio = { file: path.join(folder, 'video.pcm'), rate: 24_000, channels: 2 };
    await writeFile(file, Buffer.concat(raw));
    await writeFile(audio.file, Buffer.alloc((24_000 * 4 * frames) / 8));
    return { file, width, height, frames, fps: 8, audio: sound ? audio : null };
  };

  test.each([
    { frames: 9, size: [48, 32], sound: false },
    { frames: 16, size: [63, 47], sound: true },
    { frames: 1, size: [16, 16], sound: false },
  ] as { frames: number; size: [number, number]; sound: boolean }[])(
    'PyAV decodes $frames frames of $size, sound: $sound',
    async ({ frames, size, sound }) => {
      const encoded = await encode(await video(frames, size, sound), png, provenance);
      expect(encoded).toMatchObject({ contentType: 'video/mp4', extension: 'mp4', format: 'mp4' });
      const file = path.join(folder, 'video.mp4');
      await writeFile(file, encoded.content);
      const found = readBy(readWithPyAv, file);
      expect(found).toMatchObject({
        frames,
        size: size.map((side) => side - (side % 2)),
        fps: 8,
        codecs: sound ? ['h264', 'aac'] : ['h264'],
        pixel_format: 'yuv420p',
        rate: sound ? 24_000 : null,
        description: parametersText({ ...provenance, num_frames: frames, fps: 8 }),
        index_first: true,
      });
      expect(found.seconds).toBeCloseTo(frames / 8, 1);
      expect(JSON.parse(found.comment)).toEqual({ ...provenance, num_frames: frames, fps: 8 });
      if (frames > 1) expect(found.first[0] - found.first[2]).toBeGreaterThan(180);
      expect(found.last[2] - found.last[0]).toBeGreaterThan(180);
      expect((await readdir(folder)).filter((name) => name.includes('.rgb.'))).toEqual([]);
    },
    30_000,
  );

  test('a video that cannot be encoded says why and leaves nothing behind', async () => {
    const good = await video(2, [16, 16], true);
    const bad = { ...good, audio: { file: path.join(folder, 'video.pcm'), rate: 24_000, channels: 6 } };
    await expect(encode(bad, png, provenance)).rejects.toMatchObject({
      code: 'RENDER_FAILED',
      message: expect.stringMatching(/video could not be encoded: .*6 channels/),
    });
    expect((await readdir(folder)).filter((name) => name.includes('.rgb.'))).toEqual([]);
  }, 30_000);
});
