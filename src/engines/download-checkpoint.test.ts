import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { childEnvironment } from '../python/child/child-environment.ts';
import { engineFolder } from '../python/package-root.ts';
import { venvPython } from '../python/python-environment.ts';
import { type CheckpointFiles, createDownload, type DownloadCheckpoint } from './download-checkpoint.ts';
import { startLocalHub } from './testing/local-hub.ts';

const python = path.join(engineFolder(), '.venv', ...venvPython(process.platform));
const model: CheckpointFiles = {
  repository: 'owner/model',
  revision: 'main',
  variant: null,
  patterns: null,
  without: [],
};
const weights = 'w'.repeat(5000);
const repository = {
  'model_index.json': '{"_class_name":"X","unet":["diffusers","UNet"],"vae":["diffusers","VAE"]}',
  'unet/config.json': '{}',
  'unet/model.safetensors': weights,
  'vae/config.json': '{}',
  'vae/model.safetensors': weights,
  'vae/model.bin': weights,
  'README.md': '# not needed',
};

// The real downloader against a hub on this machine.
describe.runIf(existsSync(python))('python -m darkroom_engine.download', { timeout: 60_000 }, () => {
  let cache = '';
  let hub: Awaited<ReturnType<typeof startLocalHub>>;
  let children: ChildProcess[] = [];
  let lines: string[] = [];

  beforeEach(async () => {
    cache = await mkdtemp(path.join(tmpdir(), 'darkroom-hub-'));
    children = [];
    lines = [];
  });
  afterEach(async () => {
    await hub.stop();
    await rm(cache, { recursive: true });
  });

  const downloader = async (files: Record<string, string> = repository): Promise<DownloadCheckpoint> => {
    hub = await startLocalHub(files);
    const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
    const environment = {
      ...process.env,
      HF_ENDPOINT: hub.endpoint,
      HF_HUB_OFFLINE: undefined,
      HF_HOME: cache,
    };
    return createDownload({
      spawn: (command, args, options) => {
        const child = spawn(command, args, options);
        children.push(child);
        return child;
      },
      findPython: () => python,
      folder: engineFolder(),
      environment: childEnvironment(environment, { modelCache: cache, offline: false }),
      log,
    });
  };
  const signal = new AbortController().signal;
  const snapshot = (file: string, name = 'model') =>
    path.join(cache, `models--owner--${name}`, 'snapshots', 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00', file);

  test('what a pipeline needs is fetched, and the bytes are told', async () => {
    const download = await downloader();
    const progress: [number, number | null][] = [];
    await download(model, { token: null, signal, onProgress: (...told) => progress.push(told) });
    expect(existsSync(snapshot('unet/model.safetensors'))).toBe(true);
    expect(existsSync(snapshot('vae/model.safetensors'))).toBe(true);
    expect(existsSync(snapshot('vae/model.bin'))).toBe(false);
    expect(existsSync(snapshot('README.md'))).toBe(false);
    const [bytes, total] = progress.at(-1) ?? [0, 0];
    expect(bytes).toBe(total);
    expect(bytes).toBeGreaterThan(10_000);
  });

  test('a part can be asked for, and components that come from elsewhere are left out', async () => {
    const download = await downloader();
    await download(
      { ...model, patterns: ['unet/*.safetensors'] },
      { token: null, signal, onProgress: () => {} },
    );
    expect(existsSync(snapshot('unet/model.safetensors'))).toBe(true);
    expect(existsSync(snapshot('model_index.json'))).toBe(false);
    await download({ ...model, without: ['vae'] }, { token: null, signal, onProgress: () => {} });
    expect(existsSync(snapshot('model_index.json'))).toBe(true);
    expect(existsSync(snapshot('vae/model.safetensors'))).toBe(false);
  });

  test('requests for the same files share one process', async () => {
    const download = await downloader();
    const heard = [0, 0, 0];
    const ask = (index: number) =>
      download(model, { token: null, signal, onProgress: (bytes) => (heard[index] = bytes) });
    await Promise.all([ask(0), ask(1), ask(2)]);
    expect(children).toHaveLength(1);
    expect(new Set(heard).size).toBe(1);
    await ask(0);
    expect(children).toHaveLength(2);
  });

  test('one who gives up leaves the others their download; the last one ends the process', async () => {
    const download = await downloader({ ...repository, 'vae/slow.safetensors': 'never' });
    const [first, second] = [new AbortController(), new AbortController()];
    const downloads = [first, second].map((controller) =>
      download(model, { token: null, signal: controller.signal, onProgress: () => {} }),
    );
    await vi.waitFor(() => expect(hub.requests.join()).toContain('GET /owner/model/resolve'), 30_000);
    first.abort(new Error('first left'));
    await expect(downloads[0]).rejects.toThrow('first left');
    expect(children[0]?.signalCode).toBeNull();
    second.abort(new Error('second left'));
    await expect(downloads[1]).rejects.toThrow('second left');
    await vi.waitFor(() => expect(children[0]?.signalCode).toBe('SIGKILL'), 10_000);
  });

  test('a gated repository opens to the right token, which is not shown anywhere', async () => {
    const download = await downloader();
    const gated = { ...model, repository: 'owner/gated' };
    const ask = (token: string | null) => download(gated, { token, signal, onProgress: () => {} });
    const refused = await ask('hf_wrong').catch((error: Error) => error);
    expect(refused).toMatchObject({
      code: 'MODEL_FILES_MISSING',
      message: expect.stringMatching(/is gated.*HF_TOKEN/),
    });
    await ask('hf_good');
    expect(existsSync(snapshot('unet/model.safetensors', 'gated'))).toBe(true);
    const told = [lines.join(''), String(refused), ...children.flatMap((child) => child.spawnargs)].join(' ');
    expect(told).not.toMatch(/hf_wrong|hf_good/);
  });

  test('a repository that is not there, and a hub that is not there, are explained', async () => {
    const download = await downloader();
    const ask = () =>
      download({ ...model, repository: 'owner/none' }, { token: null, signal, onProgress: () => {} });
    await expect(ask()).rejects.toMatchObject({
      code: 'MODEL_FILES_MISSING',
      message: expect.stringMatching(/owner\/none/),
    });
    await hub.stop();
    await expect(ask()).rejects.toMatchObject({
      code: 'MODEL_FILES_MISSING',
      message: expect.stringMatching(/cannot be reached/),
    });
    await downloader();
  });

  test('a downloader that dies says how', async () => {
    hub = await startLocalHub({});
    const download = createDownload({
      spawn: (_command, _args, options) =>
        spawn(process.execPath, ['-e', 'console.error("boom");process.exit(9)'], options),
      findPython: () => python,
      folder: engineFolder(),
      environment: {},
      log: pino({ level: 'silent' }),
    });
    await expect(download(model, { token: null, signal, onProgress: () => {} })).rejects.toMatchObject({
      code: 'MODEL_FILES_MISSING',
      message: expect.stringMatching(/owner\/model could not be downloaded.*exit code 9.*boom/),
    });
  });
});
