/**
 * A strength that a file keeps outside of its tensors, through the whole server: the picture is that of the same tensors at
 * the `network_multiplier` that the strength amounts to.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { render, submit } from './harness/client.ts';
import { decode, difference, type Picture } from './harness/pictures.ts';
import { type LoraItem, request } from './harness/requests.ts';
import { readSafetensors, type SafetensorsContent, writeSafetensors } from './harness/safetensors-file.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();

async function picture(model: string, lora: LoraItem): Promise<Picture> {
  return decode((await render(server, request(model, { loras: [lora] }))).files[0] ?? Buffer.of());
}

/** The tensors of a LoRA of the tiny checkpoints without their alphas, and its rank. */
async function bare(file: string): Promise<{ content: SafetensorsContent; rank: number }> {
  const { tensors } = await readSafetensors(path.join(server.loras, file));
  const kept = [...tensors].filter(([name]) => !name.endsWith('.alpha'));
  const down = kept.find(([name]) => /lora_(A|down)/.test(name));
  return { content: { tensors: new Map(kept), metadata: {} }, rank: down?.[1].shape[0] ?? 0 };
}

/** Writes it beside itself as it is and with its strength; both are then in the LoRA folder. */
async function write(name: string, content: SafetensorsContent, config?: unknown): Promise<string> {
  const file = path.join(server.loras, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeSafetensors(file, content);
  if (config !== undefined)
    await writeFile(path.join(path.dirname(file), 'adapter_config.json'), JSON.stringify(config));
  return name;
}

const cases: [
  string,
  string,
  string,
  (rank: number) => { metadata?: Record<string, string>; config?: unknown },
][] = [
  [
    'lora_adapter_metadata',
    'flux',
    'flux/ai_toolkit.safetensors',
    (rank) => ({
      metadata: {
        lora_adapter_metadata: JSON.stringify({
          'transformer.r': rank,
          'transformer.lora_alpha': 2 * rank,
          'transformer.alpha_pattern': {},
        }),
      },
    }),
  ],
  [
    'lora_adapter_metadata of a UNet',
    'sdxl',
    'sdxl/peft.safetensors',
    (rank) => ({ metadata: { lora_adapter_metadata: JSON.stringify({ 'unet.lora_alpha': 2 * rank }) } }),
  ],
  [
    'adapter_config.json, rank-stabilized',
    'flux',
    'flux/ai_toolkit.safetensors',
    (rank) => ({ config: { r: rank, lora_alpha: 2 * Math.sqrt(rank), use_rslora: true } }),
  ],
  [
    'ss_network_alpha',
    'sdxl',
    'sdxl/kohya.safetensors',
    (rank) => ({ metadata: { ss_network_alpha: `${2 * rank}.0` } }),
  ],
];

test.each(cases)('%s of %s', async (title, model, source, strengthOf) => {
  const { content, rank } = await bare(source);
  const { metadata = {}, config } = strengthOf(rank);
  const plain = await write(`strength/${title}/plain.safetensors`, content);
  const strong = await write(`strength/${title}/adapter_model.safetensors`, { ...content, metadata }, config);
  const wanted = await picture(model, { path: plain, network_multiplier: 2 });
  expect(difference(wanted, await picture(model, { path: plain }))).toBeGreaterThan(0.2);
  // Twice the whole product rounds as twice each factor does.
  expect(difference(wanted, await picture(model, { path: strong }))).toBe(0);
  expect(difference(wanted, await picture(model, { path: strong, network_multiplier: 0.5 }))).toBeGreaterThan(
    0.2,
  );
  expect(difference(wanted, await picture(model, { path: path.dirname(strong) }))).toBe(0);
});

test('the same tensors at another strength are another LoRA, also when their bytes are the same', async () => {
  const { content, rank } = await bare('flux/ai_toolkit.safetensors');
  const config = (alpha: number) => ({ r: rank, lora_alpha: alpha });
  const [once, twice] = await Promise.all([
    write('strength/once/adapter_model.safetensors', content, config(rank)),
    write('strength/twice/adapter_model.safetensors', content, config(2 * rank)),
  ]);
  const first = await picture('flux', { path: once });
  expect(difference(first, await picture('flux', { path: twice }))).toBeGreaterThan(0.2);
  expect(difference(first, await picture('flux', { path: once }))).toBe(0);
});

test('a LoRA that changes nothing says so, at the request or when it is read', async () => {
  const { content } = await bare('flux/ai_toolkit.safetensors');
  const untrained = new Map(
    [...content.tensors].map(([name, tensor]) => [
      name,
      name.includes('lora_B') ? { ...tensor, bytes: Buffer.alloc(tensor.bytes.length) } : tensor,
    ]),
  );
  const lora = await write('strength/untrained.safetensors', { tensors: untrained, metadata: {} });
  const { warnings } = await render(server, request('flux', { loras: [{ path: lora }] }));
  expect(warnings).toEqual([expect.stringMatching(/untrained.* changes nothing: all that it would add/)]);
  const off = request('flux', { loras: [{ path: 'flux/ai_toolkit.safetensors', network_multiplier: 0 }] });
  expect((await submit(server, off)).warnings).toEqual([
    expect.stringMatching(/changes nothing: its network_multiplier is 0/),
  ]);
});
