import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGuardedFetch } from '../../security/guarded-fetch.ts';
import { peftPair, safetensorsBytes } from '../file/header/safetensors.fixture.ts';
import { createValuesReader } from '../file/values/check-values.ts';
import { type FileHost, type HostedFile, startFileHost } from './file-host.fixture.ts';
import type { RemoteLoras } from './remote-loras.ts';
import { createRemoteLoras } from './remote-loras.ts';

let host: FileHost;
let folder: string;
beforeEach(async () => {
  host = await startFileHost();
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-remote-'));
});
afterEach(async () => {
  await host.stop();
  await rm(folder, { recursive: true, force: true });
});

const module = 'transformer.single_transformer_blocks.0.proj_mlp';
/** Longer than a header is asked for, so that a download is told from a probe. */
const large = safetensorsBytes(peftPair(module, 60_000, 60_000), { name: 'large' });
const small = safetensorsBytes(peftPair(module, 8, 32), { name: 'small' });
const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const signal = new AbortController().signal;

/** As a server has it; a second one of the same folder is the server after a restart. */
function open(token: string | null = null, now = (): number => 0.5, timeoutMs = 20_000): RemoteLoras {
  return createRemoteLoras({
    folder,
    now,
    fetch: createGuardedFetch({ allow: ['127.0.0.1'] }),
    readValues: createValuesReader(),
    hub: { endpoint: host.origin, token },
    maxBytes: 16 * 2 ** 20,
    timeoutMs,
    pause: async () => {},
  });
}

function serve(file: HostedFile, name = '/style.safetensors'): string {
  host.files.set(name, file);
  return `${host.origin}${name}`;
}

interface Wish {
  hfToken?: string | null;
  signal?: AbortSignal;
  onBytes?: (bytes: number, total: number | null) => void;
}

/** What a job goes through: looked at when it is accepted, fetched before it renders. */
async function get(remote: RemoteLoras, url: string, wish: Wish = {}) {
  const { source, sha256 } = await remote.look(url, wish.hfToken ?? null);
  return remote.fetch({
    requested: url,
    source,
    sha256,
    hfToken: null,
    signal,
    onBytes: () => {},
    ...wish,
  });
}

const downloads = (): string[] => host.requests.filter((request) => !/bytes=\d+-\d+$/.test(request));

test('a look reads the header and no more; fetching tells bytes and keeps the file by its hash', async () => {
  const url = serve({ content: large });
  const remote = open();
  const looked = await remote.look(url, null);
  expect(looked.lora.metadata).toEqual({ name: 'large' });
  expect(looked).toMatchObject({ file: null, sha256: null, fileBytes: large.length, isResumable: true });
  expect(host.requests).toEqual(['/style.safetensors bytes=0-262143']);
  const told: [number, number | null][] = [];
  const onBytes = (...bytes: [number, number | null]): void => void told.push(bytes);
  const { source } = looked;
  const fetched = await remote.fetch({
    requested: url,
    source,
    sha256: null,
    hfToken: null,
    signal,
    onBytes,
  });
  expect(fetched).toEqual({
    file: path.join(folder, `${sha256Of(large)}.safetensors`),
    sha256: sha256Of(large),
    version: source.version,
    hasChanged: false,
    peftConfig: null,
  });
  expect(large.equals(await readFile(fetched.file))).toBe(true);
  expect(told.at(0)).toEqual([0, null]);
  expect(told.at(-1)).toEqual([large.length, large.length]);
  expect((await readdir(folder)).filter((name) => name.includes('.part'))).toEqual([]);
});

test('a host is not asked again for half a minute, but for another token it is', async () => {
  let seconds = 0;
  const remote = open(null, () => seconds * 1000);
  const url = serve({ content: small });
  await Promise.all([remote.look(url, null), remote.look(url, null)]);
  seconds = 29;
  await remote.look(url, null);
  expect(host.requests).toHaveLength(1);
  await remote.look(url, 'hf_mine');
  expect(host.requests).toHaveLength(2);
  const later = safetensorsBytes(peftPair(module, 8, 32), { name: 'later' });
  serve({ content: later });
  seconds = 31;
  expect((await remote.look(url, null)).lora.metadata).toEqual({ name: 'later' });
  await expect(remote.look(`${host.origin}/none`, null)).rejects.toThrow('404');
  serve({ content: small }, '/none');
  expect((await remote.look(`${host.origin}/none`, null)).fileBytes).toBe(small.length);
});

test('a file of the cache whose bytes are no longer right is downloaded again', async () => {
  const url = serve({ content: large });
  const { file } = await get(open(), url);
  const damaged = Buffer.from(large);
  damaged[damaged.length - 1] = 1;
  await writeFile(file, damaged);
  await get(open(), url);
  expect(large.equals(await readFile(file))).toBe(true);
});

test('a header longer than the first bytes is read on', async () => {
  const metadata = { notes: 'x'.repeat(400_000) };
  const content = safetensorsBytes(peftPair(module, 8, 32), metadata);
  expect((await open().look(serve({ content }), null)).lora.metadata).toEqual(metadata);
  expect((await open().look(serve({ content, ranges: false }), null)).lora.metadata).toEqual(metadata);
});

test('what was downloaded is not downloaded again, until it changes at its host', async () => {
  const url = serve({ content: large });
  const first = await get(open(), url);
  expect(await get(open(), url)).toMatchObject({ sha256: first.sha256, hasChanged: false });
  expect((await open().look(url, null)).file).toBe(first.file);
  expect(downloads()).toHaveLength(1);
  const changed = safetensorsBytes(peftPair(module, 60_000, 60_000), { name: 'later' });
  serve({ content: changed });
  expect((await get(open(), url)).sha256).toBe(sha256Of(changed));
});

test('a host that gives no version is not believed to have the same file', async () => {
  const url = serve({ content: small, etag: null });
  await get(open(), url);
  expect((await open().look(url, null)).file).toBeNull();
});

test('a file that changes between the look and the download is told of', async () => {
  const url = serve({ content: large });
  const remote = open();
  const { source } = await remote.look(url, null);
  serve({ content: small });
  const wish = { requested: url, source, hfToken: null, signal, onBytes: () => {} };
  expect(await remote.fetch({ ...wish, sha256: null })).toMatchObject({
    sha256: sha256Of(small),
    hasChanged: true,
  });
  await expect(remote.fetch({ ...wish, sha256: sha256Of(large) })).rejects.toMatchObject({
    code: 'LORA_DOWNLOAD_FAILED',
    message: expect.stringContaining('changed at its host'),
  });
});

test('those that want the same file at once share one download, and one that gives up does not end it', async () => {
  const gate = Promise.withResolvers<void>();
  const url = serve({ content: large, gate: gate.promise });
  const remote = open();
  const impatient = new AbortController();
  const shared = [get(remote, url), get(remote, url), get(remote, url, { signal: impatient.signal })];
  const given = expect(shared[2]).rejects.toThrow('enough');
  await expect.poll(() => downloads().length).toBe(1);
  impatient.abort(new Error('enough'));
  await given;
  gate.resolve();
  const files = await Promise.all(shared.slice(0, 2));
  expect(new Set(files.map(({ sha256 }) => sha256))).toEqual(new Set([sha256Of(large)]));
  expect(downloads()).toHaveLength(1);
});

test('a download that is cut goes on where it stopped', async () => {
  const url = serve({ content: large, cutAfter: 700_000 });
  expect((await get(open(), url)).sha256).toBe(sha256Of(large));
  const tries = Math.ceil(large.length / 700_000);
  expect(downloads()).toHaveLength(tries);
  expect(downloads()[1]).toMatch(/bytes=\d{5,}-$/);
});

test('what an earlier process left is gone on with, and begun anew when the file has changed', async () => {
  const file: HostedFile = { content: large, cutAfter: 300_000 };
  const url = serve(file);
  const remote = open();
  const { source } = await remote.look(url, null);
  const stop = new AbortController();
  const wish = { requested: url, source, sha256: null, hfToken: null };
  const onBytes = (bytes: number): void => {
    if (bytes > 250_000) stop.abort(new Error('killed'));
  };
  await expect(remote.fetch({ ...wish, signal: stop.signal, onBytes })).rejects.toThrow('killed');
  await expect.poll(() => readdir(folder)).toContainEqual(expect.stringMatching(/\.part$/));
  await asLeftByADeadProcess();
  delete file.cutAfter;
  host.requests.length = 0;
  expect((await get(open(), url)).sha256).toBe(sha256Of(large));
  expect(downloads()).toEqual([expect.stringMatching(/bytes=\d{5,}-$/)]);
});

/** Under the name of a process that is no more. */
async function asLeftByADeadProcess(): Promise<void> {
  const deadPid = 2 ** 22 + 1;
  for (const name of await readdir(folder)) {
    const renamed = name.replace(`.${process.pid}.part`, `.${deadPid}.part`);
    if (renamed !== name) await rename(path.join(folder, name), path.join(folder, renamed));
  }
}

test('bytes of one version are never put behind those of another', async () => {
  const file: HostedFile = { content: large, cutAfter: 300_000 };
  const url = serve(file);
  const remote = open();
  const { source } = await remote.look(url, null);
  const stop = new AbortController();
  const onBytes = (bytes: number): void => {
    if (bytes > 250_000) stop.abort(new Error('killed'));
  };
  const wish = { requested: url, source, sha256: null, hfToken: null };
  await expect(remote.fetch({ ...wish, signal: stop.signal, onBytes })).rejects.toThrow('killed');
  const later = safetensorsBytes(peftPair(module, 60_000, 60_000), { name: 'later' });
  serve({ content: later });
  expect((await get(open(), url)).sha256).toBe(sha256Of(later));
});

test('a host that is busy for a while is asked again; one that stays so, or refuses, is told of with what to do', async () => {
  const remote = open();
  const url = serve({ content: small });
  const { source } = await remote.look(url, null);
  serve({ content: small, failures: [503, 429, 500] });
  const wish = { requested: `${url}?token=secret`, source, sha256: null, hfToken: null, signal };
  const fetch = (): Promise<unknown> => remote.fetch({ ...wish, onBytes: () => {} });
  await fetch();
  serve({ content: large, failures: Array.from({ length: 20 }, () => 503) });
  const other = await remote.look(serve({ content: large }, '/other'), null);
  serve({ content: large, failures: Array.from({ length: 20 }, () => 503) }, '/other');
  const busy = remote.fetch({ ...wish, source: other.source, onBytes: () => {} });
  await expect(busy).rejects.toMatchObject({
    code: 'LORA_DOWNLOAD_FAILED',
    message: expect.stringMatching(
      /style\.safetensors" could not be downloaded: .* answered 503\. Try again later/,
    ),
  });
  await expect(busy).rejects.not.toThrow(/secret/);
  await expect(remote.look(`${host.origin}/none`, null)).rejects.toThrow(/answered 404\. Check the name/);
});

test('what is no LoRA is refused at the look, and what arrives damaged is not kept', async () => {
  await expect(
    open().look(serve({ content: Buffer.from('<html>Log in to see this file</html>') }), null),
  ).rejects.toMatchObject({ code: 'LORA_INVALID', message: expect.stringContaining('web page') });
  const content = Buffer.from(large);
  const wrong = '0'.repeat(64);
  const headers = { 'x-linked-etag': `"${wrong}"` };
  serve({ content }, '/files/a');
  serve({ content, redirect: { to: '/files/a', headers } }, '/owner/repo/resolve/main/a.safetensors');
  const remote = open();
  const damaged = get(remote, 'hf:owner/repo/a.safetensors');
  await expect(damaged).rejects.toThrow(/arrived damaged: its SHA-256 is/);
  expect((await readdir(folder)).filter((name) => name.endsWith('.safetensors'))).toEqual([]);
});

test('the hub tells the hash before the download, and a private repository asks everybody for a token', async () => {
  const headers = { 'x-linked-etag': `"${sha256Of(large)}"` };
  serve({ content: large }, '/files/a');
  const token = 'hf_good';
  serve(
    { content: large, token, redirect: { to: '/files/a', headers } },
    '/owner/repo/resolve/main/a.safetensors',
  );
  const name = 'hf:owner/repo/a.safetensors';
  expect((await open().look(name, token)).sha256).toBe(sha256Of(large));
  await get(open(), name, { hfToken: token });
  await expect(open().look(name, null)).rejects.toThrow(/may need HF_TOKEN in the settings/);
  await expect(open().look(name, 'hf_other')).rejects.toThrow(/may need HF_TOKEN in the settings/);
  expect((await open(token).look(name, null)).file).not.toBeNull();
});

test('a repository is asked for its only LoRA', async () => {
  const listing = { siblings: [{ rfilename: 'README.md' }, { rfilename: 'a.safetensors' }] };
  serve({ content: Buffer.from(JSON.stringify(listing)) }, '/api/models/owner/repo/revision/main');
  serve({ content: small }, '/owner/repo/resolve/main/a.safetensors');
  expect((await get(open(), 'hf:owner/repo')).sha256).toBe(sha256Of(small));
  listing.siblings.push({ rfilename: 'b.safetensors' });
  serve({ content: Buffer.from(JSON.stringify(listing)) }, '/api/models/owner/repo/revision/main');
  await expect(open().look('hf:owner/repo', null)).rejects.toMatchObject({
    code: 'LORA_NOT_FOUND',
    details: { files: ['a.safetensors', 'b.safetensors'] },
  });
});

test('a URL of the hub is asked of the mirror that stands for it', async () => {
  serve({ content: small, token: 'hf_good' }, '/owner/repo/resolve/main/a.safetensors');
  for (const view of ['blob', 'resolve']) {
    const { sha256 } = await get(
      open('hf_good'),
      `https://huggingface.co/owner/repo/${view}/main/a.safetensors`,
    );
    expect(sha256).toBe(sha256Of(small));
  }
});

test('a folder of a repository stands for the adapter that PEFT saved there', async () => {
  const files = [
    'adapter_model.safetensors',
    'step-500/adapter_model.safetensors',
    'other/b.safetensors',
    'c.pt',
  ];
  const listing = { siblings: files.map((rfilename) => ({ rfilename })) };
  serve({ content: Buffer.from(JSON.stringify(listing)) }, '/api/models/owner/repo/revision/main');
  serve({ content: small }, '/owner/repo/resolve/main/adapter_model.safetensors');
  serve({ content: large }, '/owner/repo/resolve/main/step-500/adapter_model.safetensors');
  serve({ content: large }, '/owner/repo/resolve/main/other/b.safetensors');
  expect((await get(open(), 'hf:owner/repo')).sha256).toBe(sha256Of(small));
  for (const folder of ['step-500', 'step-500/', 'other'])
    expect((await get(open(), `hf:owner/repo/${folder}`)).sha256).toBe(sha256Of(large));
  await expect(open().look('hf:owner/repo/none', null)).rejects.toThrow(/hf:owner\/repo\/none holds no/);
});

test('a host that does not answer: what anybody may have is used as it was, what needs a token is not', async () => {
  const url = serve({ content: small });
  const first = await get(open(), url);
  const own = `${url}?own`;
  await get(open(), own, { hfToken: 'hf_mine' });
  serve({ content: small, failures: [503, 503] });
  const looked = await open().look(url, null);
  expect(looked).toMatchObject({ file: first.file, sha256: first.sha256 });
  expect(looked.warnings).toEqual([expect.stringContaining('its host does not answer')]);
  await expect(open().look(own, null)).rejects.toMatchObject({ code: 'LORA_DOWNLOAD_FAILED' });
});

test('an index that was damaged is as good as none', async () => {
  const url = serve({ content: small });
  await get(open(), url);
  for (const name of await readdir(folder))
    if (name.startsWith('url-')) await writeFile(path.join(folder, name), '{');
  expect((await get(open(), url)).sha256).toBe(sha256Of(small));
});

test('the adapter_config.json of PEFT is read from beside the URL, and kept with what was downloaded', async () => {
  const url = serve({ content: small }, '/repo/adapter_model.safetensors');
  const remote = open();
  expect((await remote.look(`${url}?token=1`, null)).lora.peftConfig).toBeNull();
  const config = JSON.stringify({ r: 4, lora_alpha: 16 });
  serve({ content: Buffer.from(config) }, '/repo/adapter_config.json');
  expect((await open().look(url, null)).lora.peftConfig).toBe(config);
  await get(remote, url);
  host.files.clear();
  serve({ content: small, failures: [503] }, '/repo/adapter_model.safetensors');
  const unasked = await open().look(url, null);
  expect(unasked).toMatchObject({ lora: { peftConfig: config }, warnings: [/does not answer/] });
});

test.each([
  ['a page in its place', { content: Buffer.from('<html>Not here</html>') }, null, []],
  ['one that is not given out', { content: Buffer.of(), failures: [403] }, null, [/does not give out/]],
])('%s is no configuration', async (_title, file, text, warnings) => {
  serve(file, '/repo/adapter_config.json');
  const looked = await open().look(serve({ content: small }, '/repo/adapter_model.safetensors'), null);
  expect(looked.lora.peftConfig).toBe(text);
  expect(looked.warnings).toEqual(warnings.map((warning) => expect.stringMatching(warning)));
});

test('what cannot be rendered with is found before it is kept, and is not downloaded twice', async () => {
  const content = Buffer.from(large);
  content.writeFloatLE(Number.NaN, content.length - 4);
  const url = serve({ content });
  const why = /tensor ".*lora_B.weight" holds NaN/;
  await expect(get(open(), url)).rejects.toMatchObject({
    code: 'LORA_INVALID',
    message: expect.stringMatching(why),
  });
  const before = downloads().length;
  await expect(open().look(url, null)).rejects.toThrow(why);
  expect(downloads()).toHaveLength(before);
  serve({ content: large });
  expect(await get(open(), url)).toMatchObject({ sha256: sha256Of(large) });
});

test.each([
  ['cuts every answer after a byte', { cutAfter: 1 }, () => 0, /[1-5] of \d+ bytes came in 5 tries/],
  ['sends a chunk every quarter of an hour', {}, clockOf(1e6), /sends less than 4 KiB a second\./, 1e9],
  ['takes longer than all tries may', { cutAfter: 700_000 }, clockOf(9_000), /bytes came in [123] tries/],
])(
  'a host that %s does not keep a download forever',
  async (_title, behavior, now, message, timeoutMs = 20_000) => {
    const url = serve({ content: large, ...behavior });
    await expect(get(open(null, now, timeoutMs), url)).rejects.toMatchObject({
      code: 'LORA_DOWNLOAD_FAILED',
      message: expect.stringMatching(message),
    });
  },
);

test('a token that no header can carry is told of, and harms nothing after it', async () => {
  const url = serve({ content: small });
  const remote = open();
  await expect(remote.look('hf:owner/repo/a.safetensors', 'hf_€')).rejects.toThrow(
    /Check HF_TOKEN in the settings/,
  );
  await expect(remote.look('hf:owner/repo/a.safetensors', 'a\r\nX: y')).rejects.toThrow(
    /Check HF_TOKEN in the settings/,
  );
  expect((await remote.look(url, null)).fileBytes).toBe(small.length);
});

/** A clock that goes on by so many milliseconds each time that it is looked at. */
function clockOf(milliseconds: number): () => number {
  let now = 0.1;
  return () => {
    now += milliseconds;
    return now;
  };
}
