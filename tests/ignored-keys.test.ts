/** LoRA keys that fit nothing: the rest renders, and the client is told once. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { outcome, submit } from './harness/client.ts';
import { request } from './harness/requests.ts';
import { readSafetensors, writeSafetensors } from './harness/safetensors-file.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();

test.each([
  [
    'of a module that the model does not have',
    'transformer.single_transformer_blocks.99.attn.to_q.lora_A.weight',
    'lora_B',
  ],
  ['of no known form', 'mystery.weight', null],
])('a key %s is warned of at the request, and not again by the engine', async (_what, key, partner) => {
  const content = await readSafetensors(path.join(server.loras, 'flux/ai_toolkit.safetensors'));
  const tensor = { dtype: 'F32', shape: [2, 2], bytes: Buffer.alloc(16) };
  content.tensors.set(key, tensor);
  if (partner !== null) content.tensors.set(key.replace('lora_A', partner), tensor);
  await writeSafetensors(path.join(server.loras, 'stray.safetensors'), content);
  const accepted = await submit(server, request('flux', { loras: [{ path: 'stray.safetensors' }] }));
  expect(accepted.warnings).toEqual([expect.stringContaining('ignored')]);
  const ended = await outcome(server, accepted.request_id);
  expect(ended.status).toBe('succeeded');
  expect(ended.warnings).toEqual(accepted.warnings);
});
