import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../catalog/load-catalog.ts';
import { findModel } from '../../../render/check-request.ts';
import { createCheckFit } from '../../sources/resolve-lora.ts';
import { detectFamilies } from '../detect-family.ts';
import { readHeader } from '../header/read-header.ts';
import { kohyaPair, peftPair, writeSafetensors } from '../header/safetensors.fixture.ts';
import { loraModules } from '../lora-modules.ts';
import { createBaseModuleReader } from './base-modules.ts';
import { fitLora } from './fit-lora.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-fit-'));
afterAll(() => rm(folder, { recursive: true }));
const catalog = await loadCatalog();

async function familiesOf(
  shapes: Record<string, number[]>,
  metadata: Record<string, string> = {},
): Promise<string[]> {
  const file = await writeSafetensors(path.join(folder, 'family.safetensors'), shapes, metadata);
  const header = await readHeader(file, 'family');
  return detectFamilies(loraModules(header.tensors).modules, header.metadata).map((family) => family.id);
}

describe('detectFamilies', () => {
  const cases: [string, Record<string, number[]>, string[]][] = [
    [
      'FLUX by PEFT names',
      peftPair('transformer.single_transformer_blocks.3.proj_mlp', 3072, 12288),
      ['flux'],
    ],
    [
      'FLUX by kohya names',
      kohyaPair('lora_unet_double_blocks_0_img_mlp_2', 12288, 3072),
      ['flux', 'chroma'],
    ],
    [
      'Chroma by its approximator',
      {
        ...peftPair('diffusion_model.double_blocks.0.img_mlp.2', 12288, 3072),
        ...peftPair('diffusion_model.distilled_guidance_layer.layers.0.in_layer', 5120, 5120),
      },
      ['chroma'],
    ],
    ['FLUX.2 by width', kohyaPair('lora_unet_double_blocks_0_img_attn_qkv', 6144, 18432), ['flux2']],
    [
      'FLUX.2 klein 4B, as wide as FLUX.1 but with another MLP',
      {
        ...peftPair('diffusion_model.double_blocks.0.img_attn.qkv', 3072, 9216),
        ...peftPair('diffusion_model.single_blocks.0.linear2', 12288, 3072),
      },
      ['flux2'],
    ],
    ['FLUX.2 of any size', peftPair('diffusion_model.double_blocks.0.img_mlp.2', 192, 64), ['flux2']],
    [
      'attention alone of a width that three families have',
      peftPair('diffusion_model.double_blocks.0.img_attn.qkv', 3072, 9216),
      ['flux', 'flux2', 'chroma'],
    ],
    [
      'SDXL',
      kohyaPair('lora_unet_down_blocks_2_attentions_0_transformer_blocks_9_attn1_to_q', 1280, 1280),
      ['sdxl'],
    ],
    [
      'SD 1.5',
      kohyaPair('lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k', 768, 320),
      ['sd15'],
    ],
    [
      'SDXL by width',
      kohyaPair('lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k', 2048, 640),
      ['sdxl'],
    ],
    [
      'Qwen-Image',
      peftPair('diffusion_model.transformer_blocks.7.img_mlp.net.2', 12288, 3072),
      ['qwen_image'],
    ],
    ['Z-Image', peftPair('diffusion_model.layers.0.attention.to_q', 3840, 3840), ['zimage']],
    [
      'Lumina 2, whose names OmniGen2 shares',
      peftPair('transformer.layers.0.attn.to_q', 2304, 2304),
      ['lumina2', 'omnigen2'],
    ],
    [
      'OmniGen2 with its refiner of control images',
      peftPair('diffusion_model.ref_image_refiner.0.attn.to_q', 2520, 2520),
      ['omnigen2'],
    ],
    ['Wan', peftPair('diffusion_model.blocks.0.self_attn.q', 5120, 5120), ['wan']],
    ['Wan by kohya names', kohyaPair('lora_unet_blocks_0_cross_attn_k_img', 5120, 5120), ['wan']],
    [
      'both sides of Wan 2.2 in one file',
      {
        ...peftPair('diffusion_model.transformer_1.blocks.0.ffn.0', 5120, 13824),
        ...peftPair('diffusion_model.transformer_2.blocks.0.ffn.0', 5120, 13824),
      },
      ['wan'],
    ],
    ['HiDream', peftPair('diffusion_model.double_stream_blocks.0.block.attn1.to_q', 2560, 2560), ['hidream']],
    [
      'HiDream by kohya names',
      kohyaPair('lora_unet_single_stream_blocks_3_block_ff_i_shared_experts_w1', 2560, 6912),
      ['hidream'],
    ],
    ['Krea 2', peftPair('diffusion_model.blocks.0.attn.wq', 3072, 3072), ['krea2']],
    [
      'Krea 2 by kohya names',
      kohyaPair('lora_unet_txtfusion_refiner_blocks_0_mlp_up', 2560, 6912),
      ['krea2'],
    ],
    [
      'Krea 2 by diffusers names',
      {
        ...peftPair('transformer.transformer_blocks.0.attn.to_q', 3072, 3072),
        ...peftPair('transformer.transformer_blocks.0.ff.up', 3072, 8192),
      },
      ['krea2'],
    ],
    ['MiniMax-H3', peftPair('diffusion_model.blocks.0.attn.qkv_proj', 5376, 21504), ['minimax_h3']],
    [
      'MiniMax-H3 by kohya names',
      kohyaPair('lora_unet_token_refiner_blocks_0_mlp_fc1', 5376, 28672),
      ['minimax_h3'],
    ],
    [
      'MiniMax-H3 by diffusers names that FLUX.1 has too',
      {
        ...peftPair('transformer.transformer_blocks.0.attn.to_q', 5376, 7168),
        ...peftPair('transformer.transformer_blocks.0.ff.net.0.proj', 5376, 28672),
        ...peftPair('transformer.transformer_blocks.0.ff.net.2', 14336, 5376),
      },
      ['minimax_h3'],
    ],
    [
      'FLUX.1 by the same names',
      {
        ...peftPair('transformer.transformer_blocks.0.attn.to_q', 3072, 3072),
        ...peftPair('transformer.transformer_blocks.0.ff.net.2', 12288, 3072),
      },
      ['flux'],
    ],
    [
      'MiniMax-H3 by diffusers names',
      {
        ...peftPair('transformer.transformer_blocks.0.attn.to_q', 5376, 7168),
        ...peftPair('transformer.transformer_blocks.0.adaln_proj.linear', 8, 96768),
      },
      ['minimax_h3'],
    ],
    ['LTX-2', peftPair('diffusion_model.transformer_blocks.0.audio_attn1.to_q', 2048, 2048), ['ltx2']],
    ['nothing known', peftPair('model.layers.0.self_attn.q_proj', 10, 10), []],
  ];
  it.each(cases)('%s', async (_name, shapes, expected) => {
    expect(await familiesOf(shapes)).toEqual(expected);
  });

  it('lets the metadata choose between look-alikes, and no more', async () => {
    const shared = peftPair('diffusion_model.double_blocks.0.img_attn.qkv', 3072, 9216);
    expect(await familiesOf(shared, { ss_base_model_version: 'chroma' })).toEqual(['chroma']);
    const refined = kohyaPair('lora_unet_context_refiner_0_feed_forward_linear_1', 2520, 10240);
    expect(await familiesOf(refined, { ss_base_model_version: 'omnigen2' })).toEqual(['omnigen2']);
    expect(await familiesOf(shared, { ss_base_model_version: 'wan_2.1' })).toEqual([
      'flux',
      'flux2',
      'chroma',
    ]);
  });
});

describe('fitLora', () => {
  const flux = findModel(catalog, 'flux');
  const check = async (
    shapes: Record<string, number[]>,
    base: Record<string, number[]> | null,
    entry = flux,
  ) => {
    const file = await writeSafetensors(path.join(folder, 'lora.safetensors'), shapes);
    const component = path.join(folder, 'base');
    await rm(component, { recursive: true, force: true });
    const read = createBaseModuleReader();
    if (base !== null) {
      const { mkdir } = await import('node:fs/promises');
      await mkdir(component);
      await writeSafetensors(path.join(component, 'model.safetensors'), base);
    }
    return (await fitLora(entry, 'mine', await readHeader(file, 'mine'), () => read(component))).warnings;
  };
  const module = 'transformer.single_transformer_blocks.0.proj_mlp';
  const base = { 'single_transformer_blocks.0.proj_mlp.weight': [32, 8] };

  it('takes a LoRA that fits, with and without the base at hand', async () => {
    expect(await check(peftPair(module, 8, 32), base)).toEqual([]);
    expect(await check(peftPair(module, 8, 32), null)).toEqual([]);
  });

  it('refuses one of another family, naming it', async () => {
    await expect(check(peftPair('diffusion_model.blocks.0.self_attn.q', 8, 8), base)).rejects.toMatchObject({
      code: 'LORA_INCOMPATIBLE',
      message: expect.stringContaining('made for Wan 2'),
    });
  });

  it('refuses one of another width, saying both', async () => {
    await expect(check(peftPair(module, 3072, 12288), base)).rejects.toThrow(
      /12288×3072 where the model has 32×8/,
    );
  });

  it('takes names of the original release beside a base with other names, and refuses other widths', async () => {
    const wan = findModel(catalog, 'wan21_1b');
    const weights = { 'blocks.0.attn1.to_q.weight': [8, 8] };
    expect(await check(peftPair('diffusion_model.blocks.0.self_attn.q', 8, 8), weights, wan)).toEqual([]);
    await expect(
      check(peftPair('diffusion_model.blocks.0.self_attn.q', 5120, 5120), weights, wan),
    ).rejects.toThrow(/5120×5120 where the model has 8×8/);
  });

  it('takes every layer of the original Chroma beside a base with diffusers’ names', async () => {
    const shapes = {
      ...peftPair('diffusion_model.double_blocks.0.img_mlp.2', 256, 64),
      ...peftPair('diffusion_model.distilled_guidance_layer.layers.0.in_layer', 48, 48),
      ...peftPair('diffusion_model.final_layer.linear', 64, 64),
    };
    const weights = {
      'transformer_blocks.0.ff.net.2.weight': [64, 256],
      'distilled_guidance_layer.layers.0.linear_1.weight': [48, 48],
      'proj_out.weight': [64, 64],
    };
    expect(await check(shapes, weights, findModel(catalog, 'chroma'))).toEqual([]);
  });

  it('takes a FLUX.1 LoRA for Chroma', async () => {
    expect(await check(peftPair(module, 8, 32), base, findModel(catalog, 'chroma'))).toEqual([]);
  });

  it('warns of modules that the model does not have', async () => {
    const shapes = {
      ...peftPair(module, 8, 32),
      ...peftPair('transformer.single_transformer_blocks.99.proj_mlp', 8, 32),
    };
    expect(await check(shapes, base)).toEqual([
      expect.stringMatching(/blocks\.99\.proj_mlp \(no such module\) ignored/),
    ]);
  });

  it('does not hold a LoRA against weights that an assembled model does not load', async () => {
    const names = {
      blocks: 'diffusion_model.blocks.0.attn.qkv_proj',
      apart: 'transformer_blocks.0.attn.to_q',
    };
    await mkdir(path.join(folder, 'whole', 'transformer'), { recursive: true });
    const weights = path.join(folder, 'whole', 'transformer', 'model.safetensors');
    await writeSafetensors(weights, { [`${names.apart}.weight`]: [8, 6] });
    const lora = await writeSafetensors(path.join(folder, 'h3.safetensors'), peftPair(names.blocks, 6, 24));
    const checkFit = createCheckFit(() => path.join(folder, 'whole'));
    const fit = await checkFit(findModel(catalog, 'minimax_h3'), 'h3', {
      ...(await readHeader(lora, 'h3')),
      peftConfig: null,
    });
    expect(fit).toEqual({ ignored: [], strength: null, warnings: [] });
  });

  it('takes part of the layers, and text encoders beside them', async () => {
    const shapes = {
      ...kohyaPair('lora_te1_text_model_encoder_layers_0_mlp_fc1', 8, 32),
      ...peftPair(module, 8, 32),
    };
    const weights = { ...base, 'text_model.encoder.layers.0.mlp.fc1.weight': [32, 8] };
    expect(await check(shapes, weights)).toEqual([]);
  });

  it('says which text encoder a model has not', async () => {
    const shapes = {
      ...peftPair(module, 8, 32),
      ...peftPair('text_encoder_3.encoder.block.0.layer.0', 8, 8),
    };
    expect(await check(shapes, base)).toEqual([
      expect.stringMatching(/text_encoder_3\S+layer\.0 \(no LoRA can change text_encoder_3\) ignored/),
    ]);
  });

  it.each([
    ['a whole difference', { [`${module}.diff`]: [32, 8] }, { [`${module}.diff`]: [16, 8] }],
    [
      'rank 1',
      { [`${module}.lora_A.weight`]: [1, 8], [`${module}.lora_B.weight`]: [32, 1] },
      { [`${module}.lora_A.weight`]: [1, 16], [`${module}.lora_B.weight`]: [32, 1] },
    ],
    [
      'DoRA',
      { ...peftPair(module, 8, 32), [`${module}.lora_magnitude_vector`]: [32] },
      { ...peftPair(module, 8, 64), [`${module}.lora_magnitude_vector`]: [64] },
    ],
  ])('holds widths against the base: %s', async (_form, good, wide) => {
    expect(await check(good, base)).toEqual([]);
    await expect(check(wide, base)).rejects.toThrow(/where the model has 32×8/);
  });

  const attention = 'layers.0.attention';
  const zimageBase = {
    ...Object.fromEntries(['q', 'k', 'v'].map((part) => [`${attention}.to_${part}.weight`, [8, 8]])),
    [`${attention}.to_out.0.weight`]: [8, 8],
    [`${attention}.norm_q.weight`]: [4],
  };
  it.each<[string, Record<string, number[]>]>([
    ['fused, in the original names', peftPair(`diffusion_model.${attention}.qkv`, 8, 24)],
    [
      'a fused LoKr',
      { 'lycoris_layers_0_attention_qkv.lokr_w1': [3, 2], 'lycoris_layers_0_attention_qkv.lokr_w2': [8, 4] },
    ],
    ['a numbered part', kohyaPair('lora_unet_layers_0_attention_qkv_1', 8, 8)],
    ['PEFT inside diffusers', peftPair(`transformer.base_model.model.${attention}.out`, 8, 8)],
    ['a norm', { [`diffusion_model.${attention}.q_norm.diff`]: [4], ...peftPair(`${attention}.to_q`, 8, 8) }],
  ])('takes Z-Image as the engine does: %s', async (_what, shapes) => {
    const zimage = findModel(catalog, 'zimage');
    expect(await check(shapes, zimageBase, zimage)).toEqual([]);
    expect(await check(shapes, null, zimage)).toEqual([]);
  });

  it.each([
    ['with', zimageBase],
    ['without', null],
  ])('counts copies once, %s the base at hand', async (_how, weights) => {
    const shapes = {
      ...kohyaPair('lora_unet_layers_0_attention_qkv', 8, 24),
      ...kohyaPair('lora_unet_layers_0_attention_to_q', 8, 8),
      ...kohyaPair('lora_unet_layers_0_attention_to_k', 8, 8),
      ...kohyaPair('lora_unet_layers_0_attention_to_v', 8, 8),
    };
    const [warning, ...others] = await check(shapes, weights, findModel(catalog, 'zimage'));
    expect(warning).toMatch(/count once, without .*attention_qkv \(as lora_unet_layers_0_attention_to_q\)/);
    expect(others).toEqual([]);
  });

  it('takes LoKr and LoHa, whose kernels may be folded, by their names', async () => {
    expect(await check({ [`${module}.lokr_w1`]: [4, 4], [`${module}.lokr_w2`]: [8, 2] }, base)).toEqual([]);
    const halves = { [`${module}.hada_w1_a`]: [32, 2], [`${module}.hada_w1_b`]: [2, 8] };
    const others = { [`${module}.hada_w2_a`]: [32, 2], [`${module}.hada_w2_b`]: [2, 8] };
    expect(await check({ ...halves, ...others }, base)).toEqual([]);
  });

  it('refuses a checkpoint in the place of a LoRA', async () => {
    await expect(
      check({ 'single_transformer_blocks.0.proj_mlp.weight': [32, 8] }, base),
    ).rejects.toMatchObject({
      code: 'LORA_INVALID',
      message: expect.stringContaining('whole checkpoint'),
    });
  });
});
