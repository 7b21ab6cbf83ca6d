/** Control images in every form that clients send, and those that must be refused. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { download, outcome, type Rendered, refusal, render, submit } from './harness/client.ts';
import { decode, difference, type Picture, testPattern } from './harness/pictures.ts';
import { type PromptItem, request } from './harness/requests.ts';
import { sharedServer } from './harness/shared-server.ts';
import { type MadePicture, makePictures } from './pictures/made-pictures.ts';
import { flatPng } from './pictures/png-chunks.ts';

const server = sharedServer();
let png: Buffer;

beforeAll(async () => {
  png = await testPattern(70, 40);
});

const edit = (prompt: Partial<PromptItem>) => request('flux_kontext', { prompts: [prompt] });

async function picture(prompt: Partial<PromptItem>): Promise<Picture> {
  const { files } = await render(server, edit(prompt));
  return decode(files[0] ?? Buffer.of());
}

describe('a control image', () => {
  test('is the same as raw base64, as a data URL, and as ctrl_img_1', async () => {
    const raw = await picture({ ctrl_img: png.toString('base64') });
    const url = `data:image/png;base64,${png.toString('base64')}`;
    expect(difference(raw, await picture({ ctrl_img: url }))).toBe(0);
    expect(difference(raw, await picture({ ctrl_img_1: url }))).toBe(0);
    const other = (await testPattern(33, 60)).toString('base64');
    expect(difference(raw, await picture({ ctrl_img: other, ctrl_img_1: url }))).toBe(0);
    expect(difference(raw, await picture({ ctrl_img: other }))).toBeGreaterThan(0);
  });

  test('after the first is not used, and a warning says so', async () => {
    const image = png.toString('base64');
    const { warnings } = await render(server, edit({ ctrl_img_1: image, ctrl_img_2: image }));
    expect(warnings.join('\n')).toMatch(/first/);
  });

  test('for a model that takes none is not used, and a warning says so', async () => {
    const { warnings } = await render(
      server,
      request('flux', { prompts: [{ ctrl_img: png.toString('base64') }] }),
    );
    expect(warnings.join('\n')).toMatch(/ctrl_img|control image/);
  });
});

describe('what people send,', () => {
  let folder: string;
  let cases: MadePicture[];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-sent-'));
    cases = await makePictures(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const few = ['turned6.jpg', 'hidden.png', 'depth16.png'];
  test.each([
    ['flux_kontext', null, {}],
    ['omnigen2', few, {}],
    ['wan21_i2v_14b480p', few, { num_frames: 5 }],
  ])('%s shows as it shows a plain copy of what a person sees in it', async (model, names, more) => {
    const exact = cases.filter(
      ({ file, off, says }) =>
        off === 0 && (names === null ? says !== '' : names.includes(path.basename(file))),
    );
    expect(exact.length).toBeGreaterThanOrEqual(few.length);
    const ask = (files: readonly string[]) =>
      render(
        server,
        request(model, {
          prompts: files.map((file) => {
            const ctrl_img = readFileSync(file).toString('base64');
            return { ...more, width: 64, height: 64, sample_steps: 1, seed: 1, ctrl_img };
          }),
        }),
      );
    for (let start = 0; start < exact.length; start += 50) {
      const group = exact.slice(start, start + 50);
      const shown = await ask(group.map(({ file }) => file));
      const wanted = await ask(group.map(({ seen }) => seen));
      for (const [index, { file, says }] of group.entries()) {
        const name = path.basename(file);
        expect(shown.files[index]?.equals(wanted.files[index] ?? Buffer.of()), name).toBe(true);
        const warnings = shown.warnings.filter((text) => text.startsWith(`prompts[${index}] control image`));
        if (says === '') expect(warnings, name).toEqual([]);
        else expect(warnings.join('\n'), name).toMatch(new RegExp(says));
      }
      expect(new Set(shown.files.map((file) => file.toString('base64'))).size).toBeGreaterThan(1);
    }
  });

  test('is left as it is stored when that is asked for, and a warning says so', async () => {
    const turned = await sharp(png).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
    const bare = () => sharp(turned, { ignoreIcc: true });
    const stored = await bare().png().toBuffer();
    const upright = await bare().autoOrient().png().toBuffer();
    const ask = (image: Buffer, more: object) =>
      render(server, { ...edit({ ctrl_img: image.toString('base64') }), ...more });
    const asStored = await ask(turned, { control_orientation: 'as_stored' });
    expect(asStored.warnings.join()).toMatch(/left as it is stored/);
    const asSeen = await ask(turned, {});
    expect(asSeen.warnings.join()).toMatch(/turned upright.*"control_orientation": "as_stored"/);
    const show = async ({ files }: Rendered) => decode(files[0] ?? Buffer.of());
    expect(difference(await show(asStored), await show(await ask(stored, {})))).toBe(0);
    const plain = await show(await ask(upright, { control_orientation: 'upright' }));
    expect(difference(await show(asSeen), plain)).toBe(0);
    expect(difference(await show(asSeen), await show(asStored))).toBeGreaterThan(0);
  });

  test('where it was taken, and by whom, is neither kept nor given away', async () => {
    const secret = 'Canary Street 4716';
    const photo = await sharp(png)
      .jpeg()
      .withExif({ IFD0: { Artist: secret, ImageDescription: secret }, IFD3: { GPSAreaInformation: secret } })
      .toBuffer();
    expect(photo.includes(secret)).toBe(true);
    const accepted = await submit(server, edit({ ctrl_img: photo.toString('base64') }));
    const waiting = filesUnder(server.data);
    const { outputs } = await outcome(server, accepted.request_id);
    const output = await download(outputs.images[0]?.url ?? '');
    for (const bytes of [...waiting, ...filesUnder(server.data), output])
      expect(bytes.includes('Canary Street')).toBe(false);
  });
});

describe('is refused:', () => {
  test('none at all, naming the prompt', async () => {
    const two = request('flux_kontext', { prompts: [{ ctrl_img: png.toString('base64') }, {}] });
    const error = await refusal(server, two);
    expect(error).toMatchObject({ code: 'CONTROL_IMAGE_REQUIRED', status: 400 });
    expect(error.message).toContain('prompts[1]');
  });

  test.each([
    ['a loopback URL', 'http://127.0.0.1:9/x.png'],
    ['a URL of this server by name', 'http://localhost:8000/x.png'],
    ['an address in a private network', 'http://10.0.0.1/x.png'],
    ['the metadata service', 'http://169.254.169.254/x.png'],
    ['a loopback address as a number', 'http://2130706433/x.png'],
    ['an IPv4 address inside IPv6', 'http://[::ffff:127.0.0.1]/x.png'],
    ['bad base64', '####not base64####'],
    ['base64 of a text', Buffer.from('hello, this is no picture').toString('base64')],
    ['an empty data URL', 'data:image/png;base64,'],
    ['a data URL of a web page', `data:text/html;base64,${Buffer.from('<html></html>').toString('base64')}`],
    [
      'a HEIC photo',
      Buffer.concat([Buffer.of(0, 0, 0, 24), Buffer.from('ftypheic\0\0\0\0mif1heic')]).toString('base64'),
    ],
    ['a picture that names a file', Buffer.from(svg('file:///etc/passwd')).toString('base64')],
  ])('%s', async (_title, ctrl_img) => {
    const error = await refusal(server, edit({ ctrl_img }));
    expect(error).toMatchObject({ code: 'CONTROL_IMAGE_INVALID', status: 400 });
    expect(error.message).toContain('prompts[0]');
  });

  test('half a picture', async () => {
    const noisy = await sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: 'red',
        noise: { type: 'gaussian', mean: 99, sigma: 50 },
      },
    })
      .png()
      .toBuffer();
    const half = noisy.subarray(0, noisy.length / 2).toString('base64');
    expect(await refusal(server, edit({ ctrl_img: half }))).toMatchObject({ code: 'CONTROL_IMAGE_INVALID' });
  });

  test('a small file that would decode to 20,000 × 20,000 pixels, without decoding it', async () => {
    const bomb = flatPng(20_000, 20_000, { depth: 1, colour: 0 });
    expect(bomb.length).toBeLessThan(1_000_000);
    const error = await refusal(server, edit({ ctrl_img: bomb.toString('base64') }));
    expect(error).toMatchObject({ code: 'CONTROL_IMAGE_INVALID', status: 400 });
    expect(error.message).toMatch(/20.?000/);
  });
});

const filesUnder = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)));

function svg(href: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="${href}" width="9" height="9"/></svg>`;
}
