/** Control images in every form that clients send, and those that must be refused. */
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { refusal, render } from './harness/client.ts';
import { decode, difference, type Picture, testPattern } from './harness/pictures.ts';
import { type PromptItem, request } from './harness/requests.ts';
import { sharedServer } from './harness/shared-server.ts';

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

  test('loses its alpha channel without being blended', async () => {
    const clear = await sharp(png).ensureAlpha(0).png().toBuffer();
    const opaque = await picture({ ctrl_img: png.toString('base64') });
    expect(difference(opaque, await picture({ ctrl_img: clear.toString('base64') }))).toBe(0);
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

  test('a small file that would decode to 50,000 × 50,000 pixels, without decoding it', async () => {
    const bomb = await bombOf(50_000);
    expect(bomb.length).toBeLessThan(1_000_000);
    const error = await refusal(server, edit({ ctrl_img: bomb.toString('base64') }));
    expect(error).toMatchObject({ code: 'CONTROL_IMAGE_INVALID', status: 400 });
    expect(error.message).toMatch(/50.?000/);
  });
});

function svg(href: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="${href}" width="9" height="9"/></svg>`;
}

/** A one-bit PNG of one color, whose rows compress to almost nothing. */
async function bombOf(side: number): Promise<Buffer> {
  const { deflateSync, crc32 } = await import('node:zlib');
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))), { level: 9 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.of())]);
}
