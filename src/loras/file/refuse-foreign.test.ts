/** What is no LoRA is refused by what it is: one file of each kind, in the names that its library writes. */
import { describe, expect, it } from 'vitest';
import { kohyaPair, peftPair } from './header/safetensors.fixture.ts';
import { refuseForeign } from './refuse-foreign.ts';

const q = 'transformer.transformer_blocks.0.attn.to_q';
const flat = 'lora_unet_down_blocks_1_attentions_0_proj_in';

type Tensors = Record<string, number[]>;

function refusal(shapes: Tensors, dtypes: Record<string, string> = {}): string | null {
  const tensors = Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    begin: 0,
    dtype: dtypes[name] ?? 'F32',
  }));
  try {
    refuseForeign('x', { tensors, metadata: {} });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const otherKinds: [string, Tensors][] = [
  ['an OFT adapter', { [`${q}.oft_R.weight`]: [4, 120] }],
  ['an OFT adapter', { [`base_model.model.${q}.oft_r`]: [4, 16, 16] }],
  ['an OFT adapter', { [`${flat}.oft_blocks`]: [4, 16, 16], [`${flat}.alpha`]: [] }],
  ['a BOFT adapter', { [`${flat}.oft_blocks`]: [2, 4, 16, 16], [`${flat}.alpha`]: [] }],
  [
    'a BOFT adapter',
    { [`base_model.model.${q}.boft_R`]: [1, 4, 16, 16], [`base_model.model.${q}.boft_s`]: [64, 1] },
  ],
  ['an (IA)³ adapter', { [`base_model.model.${q}.ia3_l`]: [64, 1] }],
  ['an (IA)³ adapter', { [`${flat}.weight`]: [64, 1], [`${flat}.on_input`]: [] }],
  [
    'an AdaLoRA adapter',
    { ...peftPair(`base_model.model.${q}`, 64, 64), [`base_model.model.${q}.lora_E`]: [4, 1] },
  ],
  ['a VeRA adapter', { 'base_model.vera_A': [4, 64], [`base_model.model.${q}.vera_lambda_b`]: [64] }],
  ['a FourierFT adapter', { [`base_model.model.${q}.fourierft_spectrum`]: [300] }],
  ['a LoRA for SVDQuant', { 'transformer_blocks.0.mlp_fc1.qweight': [64, 32] }],
  ['an embedding', { emb_params: [4, 768] }],
  ['an embedding', { clip_l: [4, 768], clip_g: [4, 1280] }],
  ['an embedding', { '<my-cat>': [768] }],
  ['an embedding', { mycat: [2, 768] }],
  ['a ControlNet', { 'control_model.input_blocks.0.0.weight': [320, 4, 3, 3] }],
  ['a ControlNet', { 'controlnet_cond_embedding.conv_in.weight': [16, 3, 3, 3] }],
  [
    'a ControlNet',
    { 'controlnet_x_embedder.weight': [64, 64], 'transformer_blocks.0.attn.to_q.weight': [64, 64] },
  ],
  ['a Control-LoRA', { lora_controlnet: [], 'input_hint_block.0.weight': [16, 3, 3, 3] }],
  ['a T2I-Adapter', { 'body.0.in_conv.weight': [320, 64, 1, 1] }],
  ['an IP-Adapter', { 'image_proj.proj.weight': [3072, 1024], 'ip_adapter.1.to_k_ip.weight': [320, 768] }],
  ['a hypernetwork', { '768.0.linear.0.weight': [1536, 768] }],
  ['a VAE', { 'encoder.conv_in.weight': [128, 3, 3, 3], 'decoder.conv_out.weight': [3, 128, 3, 3] }],
  ['a text encoder', { 'text_model.encoder.layers.0.mlp.fc1.weight': [64, 64] }],
  ['a whole checkpoint', { 'transformer_blocks.0.attn.to_q.weight': [64, 64] }],
  ['a whole checkpoint of FLUX.1', { 'single_transformer_blocks.0.proj_mlp.weight': [256, 64] }],
  [
    'a whole checkpoint of Stable Diffusion XL',
    {
      'model.diffusion_model.input_blocks.7.1.transformer_blocks.9.attn2.to_k.weight': [1280, 2048],
      'first_stage_model.encoder.conv_in.weight': [128, 3, 3, 3],
    },
  ],
];

describe('refuseForeign', () => {
  it.each(otherKinds)('calls it %s', (name, shapes) => {
    const message = refusal(shapes);
    expect(message).toContain(`it is ${name}`);
    expect(message).toMatch(/(export|Send|given) .*\.$/);
  });

  it.each<[string, Tensors]>([
    ['LoRA', peftPair(q, 64, 64)],
    ['LoRA of kohya', kohyaPair(flat, 64, 64)],
    ['full rank', { [`${q}.lora_A.weight`]: [64, 64] }],
    ['differences', { [`${q}.diff`]: [64, 64], [`${q}.diff_b`]: [64] }],
    ['a LoRA with an embedding', { ...peftPair(q, 64, 64), emb_params: [4, 768] }],
    ['a LoRA with a ControlNet', { ...peftPair(q, 64, 64), 'controlnet_x_embedder.weight': [64, 64] }],
  ])('takes %s', (_name, shapes) => {
    expect(refusal(shapes)).toBeNull();
  });

  const down = `${q}.lora_A.weight`;
  it.each<[string, Tensors, Record<string, string>, RegExp]>([
    ['of integers', peftPair(q, 64, 64), { [down]: 'I8' }, /lora_A.weight" is of the type I8.*bfloat16/],
    ['of bits', peftPair(q, 64, 64), { [down]: 'BOOL' }, /type BOOL/],
    ['of four bits', peftPair(q, 64, 64), { [down]: 'F4' }, /type F4/],
    ['of rank 0', { ...peftPair(q, 64, 64), [down]: [0, 64] }, {}, /is empty \(0×64\)/],
    [
      'of float8 with scales',
      { ...peftPair(q, 64, 64), [`${q}.scale_weight`]: [] },
      { [down]: 'F8_E4M3' },
      /scaled float8 .*export it/,
    ],
  ])('refuses tensors %s', (_name, shapes, dtypes, message) => {
    expect(refusal(shapes, dtypes)).toMatch(message);
  });

  it.each<[string, Tensors, Record<string, string>]>([
    ['an alpha in integers', kohyaPair(flat, 64, 64), { [`${flat}.alpha`]: 'I64' }],
    ['a count of steps', { ...peftPair(q, 64, 64), step: [] }, { step: 'I64' }],
    ['float8', peftPair(q, 64, 64), { [down]: 'F8_E5M2' }],
  ])('takes %s', (_name, shapes, dtypes) => {
    expect(refusal(shapes, dtypes)).toBeNull();
  });
});
