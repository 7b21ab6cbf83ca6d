/** A model is one file: put an entry into a folder of CATALOG_PATH, and it is listed, documented and renders. */
import { expect, test } from 'vitest';
import { call, render } from './harness/client.ts';
import { fifthModel } from './harness/fifth-model.ts';
import { decode, difference } from './harness/pictures.ts';
import { request } from './harness/requests.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();
const { id } = fifthModel;

test('it is in the list of models, with its own defaults', async () => {
  const { body } = await call(server, 'GET', '/v1/models');
  expect(JSON.stringify(body)).toContain(`"${id}"`);
  expect(JSON.stringify(body)).toContain(fifthModel.label);
});

test('it is in the OpenAPI document', async () => {
  const { status, body } = await call(server, 'GET', '/openapi.json');
  expect(status).toBe(200);
  expect(JSON.stringify(body)).toContain(id);
});

test('it renders with its own defaults, and takes the LoRAs of its family', async () => {
  const defaults = await render(server, {
    model: id,
    base_only: true,
    output_format: 'png',
    prompts: [{ prompt: 'a photo of a cat' }],
  });
  expect(defaults.outputs.images[0]).toMatchObject({ width: 64, height: 64, seed: 42 });
  const spelledOut = await render(
    server,
    request('flux', { prompts: [{ width: 64, height: 64, sample_steps: 3, guidance_scale: 2.5, seed: 42 }] }),
  );
  const [own, same] = await Promise.all(
    [defaults, spelledOut].map(({ files }) => decode(files[0] ?? Buffer.of())),
  );
  if (own === undefined || same === undefined) throw new Error('no picture');
  expect(difference(own, same)).toBe(0);
  const loras = [{ path: 'flux/ai_toolkit.safetensors' }];
  const changed = await render(
    server,
    request(id, { loras, prompts: [{ width: 64, height: 64, sample_steps: 3 }] }),
  );
  expect(difference(own, await decode(changed.files[0] ?? Buffer.of()))).toBeGreaterThan(0.5);
});
