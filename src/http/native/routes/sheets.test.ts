/** Contact sheets over HTTP, with everything but an engine: what is asked for, merged, reused, refused, stopped and gone on with. */
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../../../tests/harness/demo.ts';
import { recipeKey } from '../../../render/recipe-key.ts';
import { storedRenderSchema } from '../../../render/stored-render.ts';
import { openTestApp, type TestApp } from '../../app.fixture.ts';
import { claimNext, finish, storeOutput } from '../../job.fixture.ts';

let server: TestApp;
const [neon = '', pencil = ''] = demo.loras.map((file) => path.basename(file));
beforeAll(async () => {
  server = await openTestApp({ WORKFLOWS_BASE_PATH: demo.lorasFolder });
});
afterAll(() => server.close());

type Axis = { name: string; [field: string]: unknown };
const post = (url: string, payload?: object, headers: Record<string, string> = {}, app = server) =>
  app.app.inject({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) });
const sheetOf = (axes: Axis[], more: object = {}) => ({ model: 'demo', axes, ...more });
const create = async (axes: Axis[], more: object = {}, headers: Record<string, string> = {}) => {
  const answer = await post('/v1/sheets', sheetOf(axes, more), headers);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json();
};
const dryRun = async (axes: Axis[], more: object = {}) =>
  (await post('/v1/sheets?dry_run=true', sheetOf(axes, more))).json();
const refusal = async (axes: unknown, more: object = {}) => {
  const answer = await post('/v1/sheets', { model: 'demo', axes, ...more });
  expect(answer.statusCode, answer.body).toBeGreaterThanOrEqual(400);
  return answer.json().error;
};
const read = async (id: string) => (await server.app.inject(`/v1/sheets/${id}`)).json();

/** Render what waits, as a worker does: a picture for each request, and an error for those of `fails`. */
async function renderAll(fails: (prompt: string) => boolean = () => false, most = Number.POSITIVE_INFINITY) {
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#f00' } })
    .png()
    .toBuffer();
  for (let count = 0; count < most; count += 1) {
    const job = await claimNext(server).catch(() => null);
    if (job === null) return count;
    const task = storedRenderSchema.parse(job.task);
    const [call] = task.plan.calls;
    if (call === undefined) throw new Error('no call');
    if (fails(call.prompt)) {
      await server.jobs.work.fail(job.id, { code: 'OUT_OF_MEMORY', message: 'too much' });
      continue;
    }
    const note = { searched: call.prompt, loras: [], recipe: null, recipeKey: recipeKey(task, call) };
    await storeOutput(server, job.id, 0, picture, note);
    await finish(server, job.id);
  }
  return most;
}

describe('what a sheet takes', () => {
  test('epochs, strengths and prompts with the base model: equal pictures are made once', async () => {
    const costs = await dryRun(
      [
        { name: 'lora', values: [neon, pencil] },
        { name: 'scale', values: [0.6, 0.8, 1] },
        { name: 'prompt', values: ['a red apple', 'a cat', 'a house'] },
      ],
      { base_cells: true },
    );
    expect(costs).toMatchObject({
      dry_run: true,
      cells: 27,
      to_render: 21,
      reused: 0,
      merges: 6,
      base_loads: 1,
    });
    expect(costs.downloads).toEqual({ bytes: 0, loras: 0 });
    expect(costs.seconds.source).toBe('guess');
    expect(costs.seconds.low).toBeLessThan(costs.seconds.high);
    expect(costs.disk_bytes).toBeGreaterThan(0);
    expect(costs.axes[0].labels[0]).toBe('no LoRA');
    expect((await server.app.inject('/v1/sheets')).json().sheets).toEqual([]);
  });

  test('a strength of 0 is the base model', async () => {
    const axes = [{ name: 'scale', values: [0, 1] }];
    const common = { prompt: 'a red apple' };
    expect(await dryRun(axes, { loras: [{ path: neon }], common })).toMatchObject({
      cells: 2,
      to_render: 2,
      merges: 1,
    });
    const both = [{ name: 'lora', values: [null, neon] }, ...axes];
    expect(await dryRun(both, { common })).toMatchObject({ cells: 4, to_render: 2, merges: 1 });
  });

  test('an axis that goes along with another does not multiply', async () => {
    const costs = await dryRun([
      { name: 'prompt', values: ['one', 'two'] },
      { name: 'seed', values: [1, 2], with: 'prompt' },
      { name: 'steps', values: [2, 3] },
    ]);
    expect(costs).toMatchObject({ cells: 4, to_render: 4, merges: 0 });
  });
});

describe('a sheet', () => {
  test('is requests like others, one for each picture, with those of one LoRA in a row', async () => {
    const sheet = await create(
      [
        { name: 'prompt', values: ['a red apple, [trigger]', 'a cat'] },
        { name: 'lora', values: [neon, { path: pencil, network_multiplier: 0.5, trigger_word: 'sketch' }] },
      ],
      { common: { width: 64, height: 64, sample_steps: 3, seed: -1 }, trigger_word: 'neonglow' },
    );
    expect(sheet).toMatchObject({ status: 'in_queue', pictures: 4, failed_cells: 0, image_count: 1 });
    expect(sheet.layout).toEqual({ rows: ['prompt'], columns: ['lora'], pages: [] });
    expect(sheet.axes[1].labels).toEqual(['neon-glow', 'pencil-sketch × 0.5']);
    const jobs = await Promise.all(
      sheet.cells.map((cell: { request_id: string }) => server.jobs.get(cell.request_id)),
    );
    expect(jobs.map((job) => [job.priority, job.kind, job.units])).toEqual(Array(4).fill([-10, 'render', 1]));
    const prompts = jobs.map((job) => storedRenderSchema.parse(job.task).plan.calls[0]);
    expect(prompts.map((call) => call?.prompt)).toEqual([
      'a red apple, neonglow',
      'a red apple, sketch',
      'a cat',
      'a cat',
    ]);
    expect(new Set(prompts.map((call) => call?.seed)).size).toBe(1);
    expect(sheet.request.common.seed).toBe(prompts[0]?.seed);
    expect(jobs[1].request).toMatchObject({ model: 'demo', prompts: [{ prompt: 'a red apple, [trigger]' }] });
    const order = [];
    for (let next = await claimNextStack(); next !== null; next = await claimNextStack()) order.push(next);
    expect(order).toEqual(['neon-glow', 'neon-glow', 'pencil-sketch', 'pencil-sketch']);
  });

  async function claimNextStack(): Promise<string | null> {
    const job = await claimNext(server).catch(() => null);
    if (job === null) return null;
    await server.jobs.work.finishCanceled(job.id);
    await server.jobs.cancel(job.id);
    return path.basename(job.loras[0]?.path ?? '', '.safetensors');
  }

  test('sent again under its key is the same sheet', async () => {
    const key = { 'idempotency-key': 'once' };
    const axes = [{ name: 'prompt', values: ['again'] }];
    const both = await Promise.all([create(axes, {}, key), create(axes, {}, key)]);
    const third = await post('/v1/sheets', sheetOf(axes), key);
    expect(third.headers['idempotency-replayed']).toBe('true');
    expect(new Set([...both.map(({ sheet_id: id }) => id), third.json().sheet_id]).size).toBe(1);
    const other = await post('/v1/sheets', sheetOf([{ name: 'prompt', values: ['other'] }]), key);
    expect([other.statusCode, other.json().error.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    await renderAll();
  });

  test('shows what there is already, and is extended by what there is not', async () => {
    const first = await create([{ name: 'prompt', values: ['reused', 'made'] }]);
    await renderAll();
    expect(await read(first.sheet_id)).toMatchObject({ status: 'succeeded', counts: { succeeded: 2 } });
    const axes = [{ name: 'prompt', values: ['reused', 'new'] }];
    expect(await dryRun(axes)).toMatchObject({ cells: 2, to_render: 1, reused: 1 });
    const second = await create(axes);
    expect(second.cells[0]).toMatchObject({
      status: 'succeeded',
      reused: true,
      request_id: first.cells[0].request_id,
    });
    expect(second).toMatchObject({ status: 'in_progress', reused_cells: 1 });
    expect(await dryRun(axes, { reuse: false })).toMatchObject({ to_render: 2, reused: 0 });
    await renderAll();
    const url = `/v1/sheets/${second.sheet_id}/extend`;
    const more = { axes: [{ name: 'prompt', values: ['new', 'made', 'last'] }] };
    expect((await post(`${url}?dry_run=true`, more)).json()).toMatchObject({ to_render: 1, reused: 1 });
    const extended = (await post(url, more)).json();
    expect(extended.axes[0].labels).toEqual(['reused', 'new', 'made', 'last']);
    expect(extended.counts).toMatchObject({ cells: 4, succeeded: 3, in_queue: 1 });
    expect((await post(url, more)).json().counts).toMatchObject({ cells: 4, in_queue: 1 });
    expect(await renderAll()).toBe(1);
    const unknown = await post(url, { axes: [{ name: 'seed', values: [1] }] });
    expect(unknown.json().error.message).toContain(
      'axes[0].name must be an axis of the sheet, one of "prompt"',
    );
  });

  test('a cell that fails does not fail it, and resuming tries that cell alone', async () => {
    const sheet = await create([{ name: 'prompt', values: ['good', 'too large', 'fine'] }]);
    await renderAll((prompt) => prompt === 'too large');
    const ended = await read(sheet.sheet_id);
    expect(ended).toMatchObject({
      status: 'succeeded',
      failed_cells: 1,
      counts: { succeeded: 2, failed: 1 },
    });
    expect(ended.cells[1]).toMatchObject({
      status: 'failed',
      error: 'too much',
      error_code: 'OUT_OF_MEMORY',
    });
    const resumed = (await post(`/v1/sheets/${sheet.sheet_id}/resume`)).json();
    expect(resumed).toMatchObject({ status: 'in_progress', counts: { in_queue: 1, succeeded: 2 } });
    expect(await renderAll()).toBe(1);
    expect(await read(sheet.sheet_id)).toMatchObject({ status: 'succeeded', failed_cells: 0 });
  });

  test('canceled, it keeps what is rendered; resumed, it renders the rest; then it can be removed', async () => {
    const sheet = await create([{ name: 'seed', values: [1, 2, 3, 4] }], { common: { prompt: 'canceled' } });
    const url = `/v1/sheets/${sheet.sheet_id}`;
    await renderAll(undefined, 1);
    const unfinished = await server.app.inject({ method: 'DELETE', url });
    expect(unfinished.json().error.code).toBe('SHEET_CONFLICT');
    const canceled = (await post(`${url}/cancel`)).json();
    expect(canceled).toMatchObject({ status: 'canceled', counts: { succeeded: 1, canceled: 3 } });
    expect((await post(`${url}/resume`, {})).json().counts).toMatchObject({ succeeded: 1, in_queue: 3 });
    expect(await renderAll()).toBe(3);
    expect((await read(sheet.sheet_id)).status).toBe('succeeded');
    expect((await server.app.inject({ method: 'DELETE', url })).json()).toEqual({ removed: true });
    expect((await server.app.inject(url)).statusCode).toBe(404);
    expect(await server.jobs.get(sheet.cells[0].request_id)).not.toBeNull();
  });

  test('on_error "stop" cancels the rest', async () => {
    const sheet = await create([{ name: 'seed', values: [1, 2, 3] }], {
      common: { prompt: 'stops' },
      on_error: 'stop',
    });
    await renderAll(() => true, 1);
    await server.sheets.stopFailed();
    expect((await read(sheet.sheet_id)).counts).toMatchObject({ failed: 1, canceled: 2 });
  });
});

describe('its files', () => {
  test('picture, manifest and zip tell the same, missing cells included', async () => {
    const sheet = await create(
      [
        { name: 'prompt', values: ['a <b> & "c"', 'too large'] },
        { name: 'seed', values: [7, 2 ** 53 * 4] },
      ],
      { image: { format: 'png', tile: 96 } },
    );
    await renderAll((prompt) => prompt === 'too large');
    const url = `/v1/sheets/${sheet.sheet_id}`;
    const image = await server.app.inject(`${url}/image`);
    expect(image.headers['content-type']).toBe('image/png');
    const { data, info } = await sharp(image.rawPayload).raw().toBuffer({ resolveWithObject: true });
    const manifest = (await server.app.inject(`${url}/manifest`)).json();
    expect(manifest.images).toEqual([{ width: info.width, height: info.height }]);
    const colour = ({ x, y, width, height }: Record<string, number> = {}) => [
      ...data
        .subarray((((y ?? 0) + (height ?? 0) / 4) * info.width + (x ?? 0) + (width ?? 0) / 4) * 3)
        .subarray(0, 3),
    ];
    expect(colour(manifest.cells[0].rectangle)).toEqual([255, 0, 0]);
    expect(colour(manifest.cells[2].rectangle)).not.toEqual([255, 0, 0]);
    expect(manifest.cells[0]).toMatchObject({
      labels: { prompt: 'a <b> & "c"', seed: 'seed 7' },
      status: 'succeeded',
    });
    expect(manifest.cells[1].labels.seed).toBe(`seed ${2 ** 53 * 4}`);
    expect(manifest.cells[2]).toMatchObject({ status: 'failed', file: null, error_code: 'OUT_OF_MEMORY' });
    const again = await server.app.inject({
      url: `${url}/image`,
      headers: { 'if-none-match': String(image.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
    const inspected = await server.app.inject({
      method: 'POST',
      url: '/v1/inspect',
      headers: { 'content-type': 'image/png' },
      payload: image.rawPayload,
    });
    expect(inspected.json()).toMatchObject({ sheet: { sheet_id: sheet.sheet_id }, recipe: null });
    const zip = await server.app.inject(`${url}/zip`);
    expect(zip.rawPayload.includes(Buffer.from(manifest.cells[0].file))).toBe(true);
    for (const name of ['manifest.json', 'index.html', 'sheet.png'])
      expect(zip.rawPayload.includes(Buffer.from(name)), name).toBe(true);
  });
});

describe('what cannot be rendered', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => index);

  test.each([
    ['no axis', [], 'axes must be a list of 1 to 4 items'],
    ['five', many(5).map((id) => ({ name: 'seed', id: `s${id}`, values: [1] })), '1 to 4 items'],
    ['no value', [{ name: 'seed', values: [] }], 'axes[0].values must be a list of 1 to 64 items'],
    ['none given', [{ name: 'seed' }], 'axes[0] needs "values"'],
    ['65 values', [{ name: 'seed', values: many(65) }], 'a list of 1 to 64 items'],
    ['10,000 cells', ['a', 'b', 'c'].map((id) => ({ name: 'seed', id, values: many(22) })), '10648 cells'],
    ['an unknown axis', [{ name: 'mood', values: [1] }], 'one of "prompt", "neg"'],
    ['a bad value', [{ name: 'steps', values: [4, 0] }], 'axes[0].values[1] must be an integer from 1'],
    ['a bad size', [{ name: 'size', values: ['64x64', 'large'] }], 'axes[0].values[1] must be "768x1024"'],
    [
      'twice',
      [
        { name: 'seed', values: [1] },
        { name: 'seed', values: [2] },
      ],
      'the name "seed" of another axis',
    ],
    ['a partner that is none', [{ name: 'seed', values: [1], with: 'prompt' }], 'axes[0].with must be'],
    [
      'pairs that are none',
      [
        { name: 'prompt', values: ['a', 'b'] },
        { name: 'seed', values: [1], with: 'prompt' },
      ],
      'must have as many values: 1 for 2',
    ],
    ['an option without a name', [{ name: 'option', values: [true] }], 'axes[0] needs "option"'],
    [
      'labels that do not fit',
      [{ name: 'seed', values: [1, 2], labels: ['a'] }],
      'axes[0].labels must be one for each',
    ],
  ])('%s', async (_, axes, message) => {
    const error = await refusal(axes);
    expect(error.code).toBe('INVALID_REQUEST');
    expect(error.message).toContain(message);
  });

  test('names axis and index of what the model has not', async () => {
    const missing = await refusal([
      { name: 'prompt', values: ['a', 'b'] },
      { name: 'lora', values: [neon, 'gone.safetensors', null] },
    ]);
    expect(missing).toMatchObject({
      code: 'LORA_NOT_FOUND',
      details: { problems: [{ path: 'axes[1].values[1]', axis: 'lora', index: 1 }] },
    });
    expect(missing.message).toContain('axes[1].values[1]: ');
    const sampler = await refusal([
      { name: 'prompt', values: ['x', 'y'] },
      { name: 'option', option: 'ctrl_idx', values: [0, 7] },
    ]);
    expect(sampler.details.problems[0]).toMatchObject({ path: 'axes[1].values[1]' });
    const common = await refusal([{ name: 'seed', values: [1, 2] }], {
      common: { prompt: 'x', sample_steps: 0 },
    });
    expect(common.details.problems).toEqual([expect.objectContaining({ path: 'common.sample_steps' })]);
    const promptless = await refusal([{ name: 'seed', values: [1, 2] }]);
    expect(promptless.message).toContain('common.prompt');
    expect((await refusal([{ name: 'seed', values: [1] }], { model: 'dmeo' })).code).toBe('MODEL_NOT_FOUND');
    const fixed = await refusal([{ name: 'prompt', values: ['x'] }], {
      loras: [{ path: 'gone.safetensors' }],
    });
    expect(fixed.details.problems[0].path).toBe('loras');
    const base = await refusal([{ name: 'prompt', values: ['x'] }], { base_cells: true });
    expect(base.message).toContain('base_cells needs an axis');
    expect((await refusal([{ name: 'epoch', lora: { training: 'tr_1' } }])).code).toBe('TRAINING_NOT_FOUND');
  });

  test('one value is a sheet of one cell; unknown fields are warned of', async () => {
    const sheet = await create([{ name: 'prompt', values: ['only'] }], { common: { sampel_steps: 3 } });
    expect(sheet.counts.cells).toBe(1);
    expect(sheet.warnings).toEqual([expect.stringContaining('sampel_steps is not a field')]);
    await renderAll();
  });

  test('whose sheets: a key sees its own', async () => {
    const closed = await openTestApp({ API_KEYS: 'one' }, server);
    const made = await closed.keys.create({ name: 'anna', scope: 'write', project: 'local' });
    const other = await closed.keys.create({ name: 'ben', scope: 'write', project: 'local' });
    const as = (key: string) => ({ authorization: `Bearer ${key}` });
    const payload = sheetOf([{ name: 'prompt', values: ['mine'] }]);
    const sheet = (await post('/v1/sheets', payload, as(made.key), closed)).json();
    for (const end of ['', '/image', '/manifest', '/zip']) {
      const url = `/v1/sheets/${sheet.sheet_id}${end}`;
      expect((await closed.app.inject({ url, headers: as(other.key) })).statusCode, end).toBe(404);
      expect((await closed.app.inject({ url, headers: as(made.key) })).statusCode, end).toBe(200);
      expect((await closed.app.inject({ url, headers: as('one') })).statusCode, end).toBe(200);
    }
    expect((await closed.app.inject({ url: '/v1/sheets', headers: as(other.key) })).json().sheets).toEqual(
      [],
    );
    await closed.close();
  });
});
