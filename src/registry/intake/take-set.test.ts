/** Sets as people and attackers send them, through the real decoder. Archives are packed by hand where no packer would make them. */

import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { createPictureReader, pictureMemoryBytes } from '../../pictures/picture-reader.ts';
import { createGuardedFetch } from '../../security/guarded-fetch.ts';
import type { SetSource } from './gather-set.ts';
import { intakeLimits } from './set-file.ts';
import { type IntakeParts, type TakenSet, takeSet } from './take-set.ts';
import { type ZipItem, zipOf } from './zip.fixture.ts';

const limits = intakeLimits(20);
const parts: IntakeParts = {
  limits,
  read: createPictureReader({
    memoryBytes: pictureMemoryBytes(limits.maximumPixels),
    timeoutMs: 60_000,
    idleMs: 60_000,
  }),
  fetch: createGuardedFetch({ allow: ['127.0.0.1'] }),
  signal: new AbortController().signal,
};

let home: string;
let count = 0;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'darkroom-intake-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const colours = ['red', 'green', 'blue', 'black', 'white', 'gold', 'navy', 'teal'];
const picture = (colour: string, width = 80, height = 64): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();

async function take(sources: readonly SetSource[], skipBad = false): Promise<TakenSet> {
  const folder = path.join(home, `taken_${count++}`);
  await mkdir(folder);
  return takeSet(sources, folder, { skipBad }, parts);
}

async function file(name: string, content: Buffer | string): Promise<SetSource> {
  const target = path.join(home, `sent_${count++}`);
  await writeFile(target, content);
  return { kind: 'file', name, path: target };
}

const takeZip = async (items: readonly ZipItem[], skipBad = false): Promise<TakenSet> =>
  take([await file('set.zip', zipOf(items))], skipBad);

async function refusal(taking: Promise<unknown>): Promise<DarkroomError> {
  const error = await taking.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DarkroomError)) throw error ?? new Error('It was taken.');
  expect(error.code).toBe('DATASET_INVALID');
  return error;
}

const summary = ({ items }: TakenSet): unknown =>
  items.map(({ picture: { name }, caption, controls }) => [
    name,
    caption,
    ...controls.map((one) => one.name),
  ]);

describe('captions', () => {
  test('come from files of the picture, then lists, then defaults, at any depth', async () => {
    const set = await takeZip([
      { name: 'set/a.png', content: await picture('red') },
      { name: 'set/a.txt', content: '\ufeffa red square\r\n' },
      { name: 'set/b.jpg', content: await picture('green') },
      { name: 'set/b.caption', content: 'green' },
      { name: 'set/c.png', content: await picture('blue') },
      { name: 'set/c.json', content: '{"caption": "blue", "tags": []}' },
      { name: 'set/deep/er/d.png', content: await picture('black') },
      { name: 'set/metadata.jsonl', content: '{"file_name": "deep/er/d.png", "text": "black"}\n' },
      { name: 'set/deep/er/e.png', content: await picture('white') },
      { name: 'set/default.txt', content: 'a square' },
      { name: 'set/captions.json', content: '{"f.png": "gold"}' },
      { name: 'set/f.png', content: await picture('gold') },
      { name: '__MACOSX/set/._a.png', content: 'resource fork' },
      { name: 'set/.DS_Store', content: 'x' },
    ]);
    expect(summary(set)).toEqual([
      ['set/a.png', 'a red square'],
      ['set/b.jpg', 'green'],
      ['set/c.png', 'blue'],
      ['set/deep/er/d.png', 'black'],
      ['set/deep/er/e.png', 'a square'],
      ['set/f.png', 'gold'],
    ]);
    expect(set.warnings).toEqual([]);
  });

  test('that cannot be read are named with what to write; those of no picture are warned of', async () => {
    const items = [
      { name: 'a.png', content: await picture('red') },
      { name: 'a.txt', content: Buffer.from([0xff, 0xfe, 0x61, 0x00]) },
      { name: 'b.png', content: await picture('green') },
      { name: 'b.json', content: '{"text": "x"}' },
      { name: 'metadata.jsonl', content: '{"file_name": "a.png", "text": "x"}\nno json' },
      { name: 'other.txt', content: 'nobody' },
      { name: 'notes.md', content: 'nobody' },
    ];
    const error = await refusal(takeZip(items));
    expect(error.details?.files).toEqual([
      { name: 'b.json', problem: 'It has no caption.', fix: expect.stringContaining('{"caption"') },
      { name: 'a.txt', problem: 'It is not UTF-8 text.', fix: 'Save it as UTF-8.' },
      { name: 'metadata.jsonl', problem: expect.stringContaining('Line 2'), fix: expect.anything() },
    ]);
    const set = await takeZip(items, true);
    expect(summary(set)).toEqual([
      ['a.png', null],
      ['b.png', null],
    ]);
    expect(set.warnings.join('\n')).toMatch(/"a\.txt" was left out[\s\S]*"notes\.md", "other\.txt"/);
  });
});

describe('pictures', () => {
  test('are turned, plain and known by their pixels; doubles are left out', async () => {
    const turned = await sharp(await picture('red', 100, 70))
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const set = await takeZip([
      { name: '1.jpg', content: turned },
      { name: '2.png', content: await picture('blue') },
      {
        name: '3.webp',
        content: await sharp(await picture('blue'))
          .webp({ lossless: true })
          .toBuffer(),
      },
    ]);
    expect(set.items.map(({ picture: { width, height } }) => [width, height])).toEqual([
      [70, 100],
      [80, 64],
    ]);
    expect(set.warnings.join('\n')).toContain('"3.webp" has the same pixels as "2.png" and was left out.');
    const [first] = set.items;
    const { format, orientation } = await sharp(first?.picture.path).metadata();
    expect({ format, orientation }).toEqual({ format: 'png', orientation: undefined });
  });

  test('that are none are named, every one, and nothing is taken unless that is asked for', async () => {
    const good = { name: 'good.png', content: await picture('red') };
    const items = [
      good,
      { name: 'text.png', content: 'only text' },
      { name: 'page.jpg', content: '<!doctype html><html></html>' },
      { name: 'small.png', content: await picture('red', 63, 500) },
      { name: 'cut.png', content: (await picture('green')).subarray(0, 70) },
      { name: 'empty.png', content: '' },
      { name: 'clip.mp4', content: Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from('ftypisomisom')]) },
      { name: 'inner.zip', content: zipOf([good]) },
    ];
    const error = await refusal(takeZip(items));
    const named = error.details?.files;
    if (!Array.isArray(named)) throw new Error('No files are named.');
    expect(named.map(({ name }: { name: string }) => name)).toEqual(items.slice(1).map(({ name }) => name));
    for (const { problem, fix } of named) expect(`${problem} ${fix}`).toMatch(/^[A-Z].+\. [A-Z].+\.$/);
    expect(error.message).toMatch(
      /^7 files of the set cannot be used\. "text\.png": .+ 4 more files are listed/,
    );
    expect(summary(await takeZip(items, true))).toEqual([['good.png', null]]);
  });

  test.each([
    ['no file at all', []],
    ['no picture', [{ name: 'a.txt', content: 'x' }]],
  ])('a set of %s is refused', async (_what, items) => {
    expect((await refusal(takeZip(items))).message).toMatch(/^The set has no pictures\. Send PNG/);
  });

  test('one is a set; more than are taken is told by their number', async () => {
    expect((await takeZip([{ name: 'one.png', content: await picture('red') }])).items).toHaveLength(1);
    const content = await picture('red');
    const many = Array.from({ length: 30 }, (_, index) => ({ name: `${index}.png`, content }));
    expect((await refusal(takeZip(many))).message).toContain('has 30 pictures; 20 are taken');
    const countless = Array.from({ length: 10_000 }, (_, index) => ({ name: `${index}.png`, content: 'x' }));
    expect((await refusal(takeZip(countless))).message).toContain('more than 80 files');
  });
});

describe('pairs', () => {
  const png = async (name: string, colour: string) => ({ name, content: await picture(colour) });

  test('are found by their folders', async () => {
    const set = await takeZip([
      await png('x/target/a.png', 'red'),
      await png('x/source/a.png', 'green'),
      { name: 'x/target/a.txt', content: 'make it red' },
    ]);
    expect(summary(set)).toEqual([['x/target/a.png', 'make it red', 'x/source/a.png']]);
    const two = await takeZip([
      await png('a.png', 'red'),
      await png('control_2/a.png', 'green'),
      await png('control_1/a.png', 'blue'),
    ]);
    expect(summary(two)).toEqual([['a.png', null, 'control_1/a.png', 'control_2/a.png']]);
    expect(summary(await takeZip([await png('source/a.png', 'red')]))).toEqual([['source/a.png', null]]);
  });

  test('that do not match are named', async () => {
    const error = await refusal(
      takeZip([
        await png('a.png', 'red'),
        await png('b.png', 'green'),
        await png('control/b.png', 'blue'),
        await png('control/c.png', 'black'),
        await png('d.png', 'gold'),
        await png('control_2/d.png', 'navy'),
      ]),
    );
    expect(error.details?.files).toMatchObject([
      { name: 'a.png', problem: 'It has no control picture, and others of the set have.' },
      { name: 'd.png', problem: 'A control picture of it is missing.' },
      { name: 'control/c.png', problem: 'There is no picture that is to be made from it.' },
    ]);
  });
});

describe('archives', () => {
  test.each([
    ['../../out.png', 'leads out of the archive'],
    ['/etc/out.png', 'absolute path'],
    ['C:\\out.png', 'absolute path'],
    ['a\\..\\..\\out.png', 'leads out of the archive'],
    ['bell\u0007.png', 'cannot be shown'],
  ])('a file called %j is not unpacked', async (name, why) => {
    const error = await refusal(takeZip([{ name, content: await picture('red') }]));
    expect(error.message).toContain(why);
    expect((await readdir(home)).filter((found) => found.includes('out'))).toEqual([]);
  });

  test('links, passwords and rare packings are refused by name', async () => {
    const error = await refusal(
      takeZip([
        { name: 'link.png', content: '/etc/passwd', mode: 0o120777 },
        { name: 'locked.png', content: 'x', flags: 1 },
        { name: 'rare.png', content: 'x', method: 14 },
      ]),
    );
    expect(error.details?.files).toMatchObject([
      { name: 'link.png', problem: 'It is a link to another file.' },
      { name: 'locked.png', problem: 'It is encrypted.' },
      { name: 'rare.png', problem: 'It is packed in a way that is not read.' },
    ]);
  });

  test('a bomb is not unfolded, whether it says how large it is or not', async () => {
    const bomb = { name: 'bomb.png', content: Buffer.alloc(200 * 2 ** 20) };
    expect((await refusal(takeZip([bomb]))).message).toContain('more than 100 times its size');
    const lying = await refusal(takeZip([{ ...bomb, claimedBytes: 1000 }]));
    expect(lying.details?.files).toMatchObject([
      { name: 'bomb.png', problem: expect.stringMatching(/damaged/) },
    ]);
    const tar = await tarOf([{ name: 'bomb.png', type: 'file', content: bomb.content }]);
    expect((await refusal(take([await file('a.tar.gz', gzipSync(tar))]))).message).toContain('100 times');
  });

  test('tar files are read, packed or not, without links and pipes', async () => {
    const tar = await tarOf([
      { name: './set/a.png', type: 'file', content: await picture('red') },
      { name: './set/a.txt', type: 'file', content: 'red' },
      { name: 'set/dir', type: 'directory', content: '' },
    ]);
    for (const bytes of [tar, gzipSync(tar)])
      expect(summary(await take([await file('set', bytes)]))).toEqual([['set/a.png', 'red']]);
    const bad = await tarOf([
      { name: 'sym.png', type: 'symlink', content: '' },
      { name: 'pipe.png', type: 'fifo', content: '' },
      { name: '../up.png', type: 'file', content: 'x' },
    ]);
    expect((await refusal(take([await file('bad.tar', bad)]))).details?.files).toMatchObject([
      { name: 'sym.png', problem: 'It is a link to another file.' },
      { name: 'pipe.png', problem: 'It is a pipe.' },
      { name: '../up.png', problem: expect.stringContaining('leads out') },
    ]);
  });

  test.each([
    [
      'set.zip',
      () => zipOf([{ name: 'a.png', content: 'x' }]).subarray(0, 40),
      'no zip file that can be read',
    ],
    ['set.tar.gz', () => gzipSync(Buffer.alloc(5000, 'x')), 'no tar file that can be read'],
    ['set.7z', () => Buffer.from('7z\xbc\xaf\x27\x1c rest', 'latin1'), 'Pack the pictures as zip'],
  ])('a damaged or foreign %s says so', async (name, bytes, why) => {
    expect((await refusal(take([await file(name, bytes())]))).message).toContain(why);
  });
});

describe('other ways', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    const archive = zipOf([{ name: 'a.png', content: await picture('red') }]);
    server = createServer((request, response) => {
      if (request.url?.startsWith('/set.zip') === true) response.end(archive);
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address: AddressInfo | string | null = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(() => server.close());

  test('a folder, without its links', async () => {
    const folder = path.join(home, 'folder');
    await mkdir(path.join(folder, 'inner'), { recursive: true });
    await writeFile(path.join(folder, 'inner', 'a.png'), await picture('red'));
    await writeFile(path.join(folder, 'inner', 'a.txt'), 'red');
    expect(summary(await take([{ kind: 'folder', path: folder }]))).toEqual([['inner/a.png', 'red']]);
    await symlink('/etc/passwd', path.join(folder, 'inner', 'b.png'));
    const error = await refusal(take([{ kind: 'folder', path: folder }]));
    expect(error.details?.files).toMatchObject([
      { name: 'inner/b.png', problem: 'It is a link or no file.' },
    ]);
    expect(await readFile(path.join(folder, 'inner', 'a.txt'), 'utf8')).toBe('red');
  });

  test('a folder that is not there, or no folder, is named', async () => {
    const nowhere = path.join(home, 'nowhere');
    const told = async () => (await refusal(take([{ kind: 'folder', path: nowhere }]))).message;
    expect(await told()).toContain(`"${nowhere}" cannot be read: it is not there`);
    await writeFile(nowhere, 'x');
    expect(await told()).toContain('it is a file');
  });

  test('URLs through the guard, data URLs, and single files with their captions', async () => {
    const data = `data:image/png;base64,${(await picture('green')).toString('base64')}`;
    const set = await take([
      { kind: 'url', url: `${url}/set.zip?token=secret` },
      { kind: 'data', text: data, name: null },
      await file('blue.png', await picture('blue')),
      await file('blue.txt', 'blue'),
    ]);
    expect(summary(set)).toEqual([
      ['a.png', null],
      ['picture 2', null],
      ['blue.png', 'blue'],
    ]);
    const error = await refusal(
      take([
        { kind: 'url', url: `${url}/none.zip?token=secret` },
        { kind: 'url', url: 'http://10.0.0.1/a.zip' },
        { kind: 'data', text: 'neither, nor', name: 'x.png' },
        { kind: 'data', text: 'data:image/png,raw', name: 'y.png' },
      ]),
    );
    expect(JSON.stringify(error.details)).not.toContain('secret');
    expect(error.details?.files).toMatchObject([
      { name: `${url}/none.zip`, problem: expect.stringContaining('answered 404') },
      {
        name: 'http://10.0.0.1/a.zip',
        problem: expect.stringContaining('not an address of the public internet'),
      },
      { name: 'x.png' },
      { name: 'y.png', problem: 'It is neither an http(s) URL nor base64.' },
    ]);
  });

  test('all formats at once', async () => {
    const formats = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const;
    const items = await Promise.all(
      formats.map(async (format, index) => ({
        name: `${index}.${format}`,
        content: await sharp(await picture(colours[index] ?? 'red'))
          .toFormat(format)
          .toBuffer(),
      })),
    );
    expect((await takeZip(items)).items).toHaveLength(formats.length);
  });
});

interface TarItem {
  name: string;
  type: 'file' | 'directory' | 'symlink' | 'fifo';
  content: Buffer | string;
}

async function tarOf(items: readonly TarItem[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, type, content } of items)
    if (type === 'file') archive.entry({ name, type }, content);
    else archive.entry({ name, type, linkname: type === 'symlink' ? '/etc/passwd' : '' });
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}
