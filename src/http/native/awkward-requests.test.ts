import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestApp, type TestApp } from '../app.fixture.ts';
import { awkwardRequests, writeTestLoras, writeTestModels } from '../awkward-requests.fixture.ts';

let open: TestApp;
let narrow: TestApp;
beforeAll(async () => {
  const common = { CATALOG_PATH: await writeTestModels(), MAX_BODY_MB: '1' };
  open = await openTestApp({ ...common, TILED_DECODING: 'qwen_image=on' });
  narrow = await openTestApp({ ...common, MAX_LORAS: '1', MAX_QUEUE: '1', API_KEYS: 'key' }, open);
  await Promise.all([open, narrow].map(writeTestLoras));
});
afterAll(async () => {
  await narrow.close();
  await open.close();
});

const answerSchema = z.object({
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  warnings: z.array(z.string()).optional(),
});

test('what native clients read of awkward requests stays as it is', async () => {
  const told: string[] = [];
  for (const [name, { body, code, isNarrow }] of Object.entries(await awkwardRequests())) {
    const answer = await (isNarrow === true ? narrow : open).app.inject({
      method: 'POST',
      url: '/v1/inference',
      payload: body,
      headers: { authorization: 'Bearer key' },
    });
    const { error, warnings = [] } = answerSchema.parse(answer.json());
    expect(error?.code, name).toBe(code);
    const message = error?.message.replace(/Supported: .*/, 'Supported: …') ?? '';
    told.push([name, ...(error === undefined ? warnings : [`${error.code}: ${message}`])].join('\n  '));
  }
  await expect(`${told.join('\n')}\n`).toMatchFileSnapshot('awkward-answers.txt');
}, 120_000);
