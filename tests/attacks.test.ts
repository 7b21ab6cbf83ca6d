/**
 * What can be done to the server that people run beside ai-toolkit today, tried here: one row for each hole, with the tests
 * that hold it shut. Those in other files are named by file and title, and a test makes sure that they are there.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorResponseSchema } from '../src/http/native/schemas/response-schema.ts';
import { root } from './harness/paths.ts';
import { type StandInServer, startStandIn } from './support/stand-in-server.ts';

const heldElsewhere: readonly [hole: string, file: string, title: string][] = [
  ['paths', 'tests/refused-loras.test.ts', 'that leads out of the folder answers like one that is missing'],
  ['inner addresses', 'src/security/guarded-fetch.test.ts', 'a redirect to a private address'],
  ['inner addresses', 'src/security/guarded-fetch.test.ts', 'endless redirects'],
  ['inner addresses', 'src/security/guarded-fetch.test.ts', 'more bytes than allowed, announced or not'],
  ['inner addresses', 'src/security/guarded-fetch.test.ts', 'an answer that never comes, or stops half way'],
  ['inner addresses', 'src/security/guarded-post.test.ts', 'a redirect is not followed'],
  [
    'inner addresses',
    'src/webhooks/send-webhooks.test.ts',
    'a name that leads inside is refused when it is called, for good',
  ],
  [
    'tokens',
    'tests/canaries.test.ts',
    'no token and no key is found in the data folder, in the log, in an answer or at another host',
  ],
  [
    'tokens',
    'src/security/guarded-fetch.test.ts',
    'a redirect to an allowed place, without the headers meant for the first host',
  ],
  ['pickles', 'tests/refused-loras.test.ts', 'a zip, a pickle or a web page under the name of one'],
  ['open doors', 'src/security/safe-binding.test.ts', 'anything else does, and the message says what to do'],
  [
    'open doors',
    'src/http/app.test.ts',
    'a page of another site cannot send what it could not read the answer of',
  ],
  [
    'open doors',
    'src/http/native/routes/key-scopes.test.ts',
    'a key sees its own, an admin sees all, and to the others they do not exist',
  ],
  ['exhaustion', 'src/pictures/picture-reader.test.ts', 'text chunks that unfold to 470 MB'],
  ['exhaustion', 'src/http/app.test.ts', 'one byte too many is refused, one less is read'],
  [
    'exhaustion',
    'src/http/native/routes/key-scopes.test.ts',
    'counts each key for itself, and says when to come back',
  ],
];

test.each(heldElsewhere)('%s: %s holds "%s"', (_, file, title) => {
  expect(readFileSync(path.join(root, file), 'utf8')).toContain(title);
});

let server: StandInServer;
let trap: Server;
let trapUrl: string;
let caught = 0;
beforeAll(async () => {
  server = await startStandIn({ MAX_QUEUE: '50' });
  trap = createServer((_, response) => {
    caught++;
    response.writeHead(200, 'secret reason').end('secret body');
  }).listen(0, '127.0.0.1');
  await once(trap, 'listening');
  const address = trap.address();
  trapUrl = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  trap.close();
  await server.remove();
});

async function send(
  changes: object,
): Promise<{ status: number; text: string; code: string; message: string }> {
  const answer = await fetch(`${server.url}/v1/inference`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo', base_only: true, prompts: [{ prompt: 'x' }], ...changes }),
  });
  const text = await answer.text();
  if (answer.status === 200) throw new Error(`accepted: ${text}`);
  const { code, message } = errorResponseSchema.parse(JSON.parse(text)).error;
  return { status: answer.status, text, code, message };
}

const lora = (file: string) => send({ base_only: false, loras: [{ path: file }] });
const edit = (image: string) => send({ model: 'flux_kontext', prompts: [{ prompt: 'x', ctrl_img: image }] });

describe('paths', () => {
  test('no way out of the folder tells whether a file is there, or a path of the server', async () => {
    const outside = path.join(server.config.DARKROOM_DATA, 'outside');
    await mkdir(outside, { recursive: true });
    await writeFile(path.join(outside, 'real.safetensors'), 'x');
    await symlink(outside, path.join(server.config.lorasFolder, 'link'));
    const gone = (file: string) =>
      file.replace('real', 'gone').replace('passwd', 'passed').replace('self', '999999999');
    for (const file of [
      '../outside/real.safetensors',
      '..\\outside\\real.safetensors',
      'sub/../../outside/real.safetensors',
      path.join(outside, 'real.safetensors'),
      'link/real.safetensors',
      '../../../../../../../../etc/passwd',
      '/etc/passwd',
      'file:///etc/passwd',
      '/proc/self/environ',
    ]) {
      const [there, missing] = [await lora(file), await lora(gone(file))];
      const withoutName = ({ text }: { text: string }, name: string) =>
        text.replaceAll(JSON.stringify(name).slice(1, -1), '…').replaceAll(name, '…');
      expect(withoutName(there, file), file).toBe(withoutName(missing, gone(file)));
      expect(there.status, file).toBe(400);
      expect(withoutName(there, file), file).not.toContain(server.config.DARKROOM_DATA);
      expect(withoutName(there, file), file).not.toContain(os.homedir());
    }
  });
});

describe('inner addresses', () => {
  test('nothing on this machine is called, whatever names it, and nothing of it is told', async () => {
    const port = trapUrl.split(':')[1];
    const hosts = [
      '127.0.0.1',
      'localhost',
      '0.0.0.0',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0x7f.1',
      '127.1',
    ];
    for (const host of hosts) {
      const url = `http://${host}:${port}/a.safetensors`;
      const answers = [await lora(url), await edit(url)];
      expect(
        answers.map(({ code }) => code),
        url,
      ).toEqual(['LORA_DOWNLOAD_FAILED', 'CONTROL_IMAGE_INVALID']);
      for (const { text } of answers) expect(text).not.toContain('secret');
      expect((await send({ webhook_url: url })).code, url).toBe('WEBHOOK_INVALID');
    }
    expect(caught).toBe(0);
  });
});

describe('pickles', () => {
  test.each(['style.pt', 'style.ckpt', 'style.bin', 'style.pth', 'style.zip'])(
    '%s is never opened',
    async (name) => {
      await writeFile(path.join(server.config.lorasFolder, name), 'cposix\nsystem\n(S"true"\ntR.');
      expect((await lora(name)).status).toBe(400);
    },
  );
});

describe('open doors', () => {
  test('no page of another site is told that it may read', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await fetch(`${server.url}/v1/models`, {
        method,
        headers: { origin: 'https://evil.test' },
      });
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('exhaustion', () => {
  test.each([
    ['a side too long', { prompts: [{ prompt: 'x', width: 4097 }] }],
    ['too many steps', { prompts: [{ prompt: 'x', sample_steps: 151 }] }],
    ['too many frames', { prompts: [{ prompt: 'x', num_frames: 1001 }] }],
    ['too many prompts', { prompts: Array.from({ length: 65 }, () => ({ prompt: 'x' })) }],
    ['too long a prompt', { prompts: [{ prompt: 'x'.repeat(20_001) }] }],
  ])('%s is refused by name', async (_, changes) => {
    const answer = await send(changes);
    expect([answer.status, answer.code]).toEqual([422, 'INVALID_REQUEST']);
  });

  test('a small file that unfolds to a huge picture is refused before it does', async () => {
    const bomb = await sharp({ create: { width: 16_000, height: 8_000, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const answer = await edit(bomb.toString('base64'));
    expect(answer.code).toBe('CONTROL_IMAGE_INVALID');
  });

  test('a body nested a hundred thousand deep is refused', async () => {
    const answer = await fetch(`${server.url}/v1/inference`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '['.repeat(100_000),
    });
    expect(answer.status).toBe(422);
  });

  test('a queue has an end, and says when to come back', async () => {
    const body = JSON.stringify({
      model: 'demo',
      base_only: true,
      prompts: [{ prompt: 'x', sample_steps: 150 }],
    });
    const answers = await Promise.all(
      Array.from({ length: 60 }, () =>
        fetch(`${server.url}/v1/inference`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(5);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});
