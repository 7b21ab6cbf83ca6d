import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { outputFile, parseLora, renderOptionsSchema, renderRequest } from './render-options.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'darkroom-options-'));
for (const name of ['style.safetensors', 'odd:name.safetensors']) writeFileSync(path.join(folder, name), '');
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['style.safetensors', 'style.safetensors', 1],
  ['style.safetensors:0.8', 'style.safetensors', 0.8],
  ['style.safetensors:-1', 'style.safetensors', -1],
  ['odd:name.safetensors', 'odd:name.safetensors', 1],
])('%s', (text, file, scale) => {
  expect(parseLora(path.join(folder, text))).toEqual({ path: path.join(folder, file), scale, expert: null });
});

test('a file that is not there is named', () => {
  expect(() => parseLora('no.safetensors:0.5')).toThrow(path.resolve('no.safetensors'));
});

test('URLs and hub paths stay as they are', () => {
  expect(parseLora('hf:owner/name/a.safetensors:0.5')).toMatchObject({
    path: 'hf:owner/name/a.safetensors',
    scale: 0.5,
  });
  expect(parseLora('https://example.com/a.safetensors').path).toBe('https://example.com/a.safetensors');
});

test('a strength out of range is refused', () => {
  expect(() => parseLora('a.safetensors:11')).toThrow('from -10 to 10');
});

test('without a LoRA the base model renders, and the extension chooses the format', async () => {
  const options = renderOptionsSchema.parse({ prompt: 'a', model: 'demo', output: 'x.JPG', seed: '7' });
  const request = await renderRequest(options);
  expect(request).toMatchObject({ baseOnly: true, output: { format: 'jpeg' }, prompts: [{ seed: 7 }] });
});

test('a seed keeps all of its digits, and one that is out of range is refused', async () => {
  const seed = '9223372036854775807';
  const request = await renderRequest(renderOptionsSchema.parse({ prompt: 'a', model: 'demo', seed }));
  expect(request.prompts[0]?.seed).toBe(seed);
  for (const wrong of ['9223372036854775808', '-2', '1.5', 'x']) {
    const parsed = renderOptionsSchema.safeParse({ prompt: 'a', model: 'demo', seed: wrong });
    expect(parsed.error?.issues[0]?.message).toContain('from -1 to 9223372036854775807');
  }
});

test('a control image that is not there is named', async () => {
  const options = renderOptionsSchema.parse({ prompt: 'a', model: 'm', output: 'x', control: ['no.png'] });
  await expect(renderRequest(options)).rejects.toThrow('--control no.png');
});

test('the sides of a mixture of experts, video settings and switches arrive in the request', async () => {
  const style = path.join(folder, 'style.safetensors');
  const given = {
    loraHigh: [style],
    loraLow: [`${style}:0.5`],
    frames: '41',
    fps: '16',
    high: true,
    kvCache: 'no',
  };
  const request = await renderRequest(renderOptionsSchema.parse({ prompt: 'a', model: 'm', ...given }));
  expect(request).toMatchObject({
    baseOnly: false,
    loras: [
      { expert: 'high', scale: 1 },
      { expert: 'low', scale: 0.5 },
    ],
    prompts: [{ numFrames: 41, fps: 16, resolution: 'High' }],
    options: { kvCache: false, matchTargetRes: null },
  });
});

test('the file is named after what the model makes', () => {
  expect(outputFile({ output: undefined }, 'image')).toBe('darkroom.png');
  expect(outputFile({ output: undefined }, 'video')).toBe('darkroom.mp4');
  expect(outputFile({ output: 'a.MP4' }, 'video')).toBe('a.MP4');
  expect(() => outputFile({ output: 'a.png' }, 'video')).toThrow('end the name in .mp4');
  expect(() => outputFile({ output: 'a.gif' }, 'image')).toThrow('end the name in .png, .jpg, .jpeg, .webp');
});
