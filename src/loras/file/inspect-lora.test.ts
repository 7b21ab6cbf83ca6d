import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { kohyaPair, peftPair, safetensorsBytes, writeSafetensors } from './header/safetensors.fixture.ts';
import { describeLora, inspectLora, type LoraFacts, loraFacts } from './inspect-lora.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-inspect-'));
afterAll(() => rm(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, `${name}.safetensors`);

const block = 'transformer.single_transformer_blocks';

async function factsOf(
  shapes: Record<string, number[]>,
  metadata: Record<string, string> = {},
  dtype = { dtype: 'F32', bytes: 4 },
): Promise<LoraFacts> {
  await writeFile(at('one'), safetensorsBytes(shapes, metadata, dtype));
  return inspectLora(at('one'));
}

test('what ai-toolkit writes', async () => {
  const metadata = {
    ss_output_name: 'my_style',
    ss_base_model_version: 'flux.1',
    ss_tag_frequency: JSON.stringify({ '1_sks': { sks: 1 } }),
    training_info: JSON.stringify({ step: 2000, epoch: 40 }),
    software: JSON.stringify({ name: 'ai-toolkit', version: '0.12.11' }),
  };
  const shapes = { ...peftPair(`${block}.0.proj_mlp`, 8, 32), ...peftPair(`${block}.7.proj_mlp`, 8, 32) };
  expect(await factsOf(shapes, metadata)).toMatchObject({
    name: 'my_style',
    families: [{ id: 'flux', label: 'FLUX.1' }],
    forms: ['lora'],
    keys: ['PEFT'],
    ranks: [4],
    alphas: [],
    dtypes: ['F32'],
    modules: 2,
    components: { denoiser: { 'single_transformer_blocks_*_proj_mlp': 2 } },
    unknownKeys: [],
    triggerWords: ['sks'],
    training: { step: 2000, epoch: 40, software: 'ai-toolkit 0.12.11', base: 'flux.1' },
  });
});

test('what kohya’s scripts and the model spec write', async () => {
  const metadata = {
    ss_steps: '1500',
    ss_epoch: '10',
    ss_num_train_images: '24',
    ss_resolution: '(1024, 1024)',
    ss_network_module: 'networks.lora',
    ss_network_alpha: '8.0',
    ss_base_model_version: 'sdxl_base_v1-0',
    ss_sd_model_name: 'base.safetensors',
    ss_tag_frequency: JSON.stringify({ '5_a': { ohwx: 20, man: 3 }, '1_b': { man: 4, hat: 1 } }),
    'modelspec.trigger_phrase': 'ohwx man',
    'modelspec.date': '2025-01-01',
  };
  expect(
    await factsOf(kohyaPair('lora_te1_text_model_encoder_layers_0_mlp_fc1', 8, 8), metadata),
  ).toMatchObject({
    keys: ['kohya'],
    alphas: [0],
    triggerWords: ['ohwx man'],
    components: { text_encoder: { 'encoder_layers_*_mlp_fc1': 1 } },
    frequentTags: [
      { tag: 'ohwx', count: 20 },
      { tag: 'man', count: 7 },
      { tag: 'hat', count: 1 },
    ],
    training: {
      step: 1500,
      epoch: 10,
      images: 24,
      resolution: '(1024, 1024)',
      software: 'sd-scripts',
      base: 'sdxl_base_v1-0',
      baseFile: 'base.safetensors',
      date: '2025-01-01',
    },
  });
});

test('metadata that is not what its name says counts as not there', async () => {
  const metadata = { training_info: '[1', ss_steps: 'many', ss_epoch: 'None', ss_tag_frequency: '{"a": 1}' };
  const { training, triggerWords, frequentTags } = await factsOf(
    peftPair(`${block}.0.proj_mlp`, 8, 32),
    metadata,
  );
  expect(training).toMatchObject({ step: null, epoch: null });
  expect([triggerWords, frequentTags]).toEqual([[], []]);
});

describe('forms', () => {
  const name = `${block}.0.proj_mlp`;
  const loha = Object.fromEntries(['hada_w1_a', 'hada_w2_a'].map((part) => [`${name}.${part}`, [32, 3]]));
  const cases: [string, Record<string, number[]>, Partial<LoraFacts>][] = [
    [
      'DoRA',
      { ...peftPair(name, 8, 32), [`${name}.lora_magnitude_vector`]: [32] },
      { forms: ['dora'], ranks: [4] },
    ],
    [
      'LoKr, one side in two',
      { [`${name}.lokr_w1`]: [4, 4], [`${name}.lokr_w2_a`]: [8, 2], [`${name}.lokr_w2_b`]: [2, 2] },
      { forms: ['lokr'], keys: ['LyCORIS'], ranks: [2] },
    ],
    [
      'LoKr, whole',
      { [`${name}.lokr_w1`]: [4, 4], [`${name}.lokr_w2`]: [8, 2] },
      { forms: ['lokr'], ranks: [] },
    ],
    [
      'LoHa',
      { ...loha, [`${name}.hada_w1_b`]: [3, 8], [`${name}.hada_w2_b`]: [3, 8] },
      { forms: ['loha'], ranks: [3] },
    ],
    [
      'a whole difference',
      { [`${name}.diff`]: [32, 8], [`${name}.diff_b`]: [32] },
      { forms: ['full'], ranks: [], modules: 1 },
    ],
    ['rank 1', { [`${name}.lora_A.weight`]: [1, 8], [`${name}.lora_B.weight`]: [32, 1] }, { ranks: [1] }],
    [
      'rank 256',
      { [`${name}.lora_A.weight`]: [256, 8], [`${name}.lora_B.weight`]: [32, 256] },
      { ranks: [256] },
    ],
    [
      'a key of no form',
      { ...peftPair(name, 8, 32), mystery: [1] },
      { unknownKeys: ['mystery'], modules: 1 },
    ],
  ];
  test.each(cases)('%s', async (_name, shapes, expected) => {
    expect(await factsOf(shapes)).toMatchObject(expected);
  });

  test.each(['F8_E4M3', 'F8_E5M2'])('%s', async (dtype) => {
    expect(await factsOf(peftPair(name, 8, 32), {}, { dtype, bytes: 1 })).toMatchObject({
      dtypes: [dtype],
      ranks: [4],
      families: [{ id: 'flux' }],
    });
  });
});

/** A file whose alphas are these bytes, one for each module. */
async function withAlphas(dtype: string, values: Buffer[]): Promise<string> {
  const shapes = values.flatMap((_, index) => Object.entries({ [`${block}.${index}.proj_mlp.alpha`]: [] }));
  const bytes = values[0]?.length ?? 0;
  const content = safetensorsBytes(Object.fromEntries(shapes), {}, { dtype, bytes });
  Buffer.concat(values).copy(content, content.length - bytes * values.length);
  await writeFile(at('alphas'), content);
  return at('alphas');
}

test.each([
  ['F16', [Buffer.from('004c', 'hex'), Buffer.from('0038', 'hex')], [0.5, 16]],
  ['BF16', [Buffer.from('8041', 'hex'), Buffer.from('003f', 'hex')], [0.5, 16]],
  ['F32', [Buffer.from('00008041', 'hex'), Buffer.from('00008041', 'hex')], [16]],
])('alphas in %s are read', async (dtype, values, expected) => {
  expect((await inspectLora(await withAlphas(dtype, values))).alphas).toEqual(expected);
});

test('of a file that is elsewhere, the alpha is known where the trainer wrote it down', async () => {
  const file = await writeSafetensors(at('far'), kohyaPair('lora_unet_double_blocks_0_img_attn_qkv', 8, 8));
  const described = await describeLora(file);
  expect(loraFacts(described, 'far.safetensors')).toMatchObject({ name: 'far', alphas: null });
  const metadata = { ss_network_alpha: '8' };
  expect(loraFacts({ ...described, metadata }, 'far.safetensors').alphas).toEqual([8]);
});

test('where the strength is written is told, and why it cannot be used', async () => {
  const pair = peftPair('transformer.transformer_blocks.0.attn.to_q', 8, 8);
  const strengthOf = async (metadata: Record<string, string>) =>
    (await inspectLora(await writeSafetensors(at('strong'), pair, metadata))).strength;
  const written = (alpha: number) => ({
    lora_adapter_metadata: JSON.stringify({ 'transformer.lora_alpha': alpha }),
  });
  expect(await strengthOf({})).toEqual({ from: [], factors: [1], warnings: [], problem: null });
  expect(await strengthOf(written(16))).toMatchObject({ from: ['lora_adapter_metadata'], factors: [4] });
  expect((await strengthOf(written(-1))).problem).toMatch(/lora_alpha/);
});

test('the adapter_config.json of PEFT is read beside adapter_model.safetensors, and beside no other file', async () => {
  const pair = peftPair('base_model.model.transformer_blocks.0.attn.to_q', 8, 8);
  await writeFile(path.join(folder, 'adapter_config.json'), JSON.stringify({ r: 4, lora_alpha: 16 }));
  const of = async (name: string) => (await inspectLora(await writeSafetensors(at(name), pair))).strength;
  expect(await of('adapter_model')).toMatchObject({
    from: ['adapter_config.json'],
    factors: [4],
  });
  expect(await of('other')).toMatchObject({ from: [], factors: [1] });
});
