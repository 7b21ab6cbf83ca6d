import { expect, it } from 'vitest';
import { loraModules } from './lora-modules.ts';

const path = 'transformer_blocks.0.attn.to_q';
const flat = 'transformer_blocks_0_attn_to_q';

/** The prefix and the suffixes of every spelling that the engine merges. */
it.each([
  [`transformer.${path}`, 'lora_A.weight', 'lora_B.weight'],
  [`diffusion_model.${path}`, 'lora_A.weight', 'lora_B.weight'],
  [`base_model.model.${path}`, 'lora_A.default.weight', 'lora_B.default.weight'],
  [`base_model.model.${path}`, 'lora_A.my-style.weight', 'lora_B.my-style.weight'],
  [path, 'lora_A.weight', 'lora_B.weight'],
  [`transformer.${path}`, 'lora.down.weight', 'lora.up.weight'],
  [`transformer.${path}`, 'lora_linear_layer.down.weight', 'lora_linear_layer.up.weight'],
  [`lora_transformer_${flat}`, 'lora_down.weight', 'lora_up.weight'],
  [`lora_unet_${flat}`, 'lora_down.weight', 'lora_up.weight'],
  [`lycoris_${flat}`, 'lora_down.weight', 'lora_up.weight'],
])('reads %s.%s', (key, down, up) => {
  const tensors = [
    { name: `${key}.${down}`, dtype: 'F16', shape: [4, 64] },
    { name: `${key}.${up}`, dtype: 'F16', shape: [96, 4] },
  ];
  const shape = { weight: [96, 64], bias: null, problem: null };
  const module = { key, component: null, name: flat, form: 'lora', rank: 4, hasAlpha: false, shape };
  expect(loraModules(tensors)).toEqual({ modules: [expect.objectContaining(module)], foreign: [] });
});

it.each([
  ['lokr', ['lokr_w1', 'lokr_w2_a', 'lokr_w2_b', 'alpha']],
  ['loha', ['hada_w1_a', 'hada_w1_b', 'hada_w2_a', 'hada_w2_b', 'alpha']],
  ['dora', ['lora_A.weight', 'lora_B.weight', 'dora_scale']],
  ['dora', ['lora_A.weight', 'lora_B.weight', 'magnitude']],
  ['dora', ['lora_A.weight', 'lora_B.weight', 'lora_magnitude_vector.weight']],
  ['full', ['diff', 'diff_b']],
])('knows %s by %j', (form, parts) => {
  const tensors = parts.map((part) => ({ name: `lycoris_${flat}.${part}`, dtype: 'F16', shape: [4, 4] }));
  const { modules, foreign } = loraModules(tensors);
  expect(modules.map((module) => [module.name, module.form])).toEqual([[flat, form]]);
  expect(foreign).toEqual([]);
});

it.each([
  ['lora_te_text_model_encoder_layers_0_mlp_fc1', 'te1'],
  ['lora_te1_text_model_encoder_layers_0_mlp_fc1', 'te1'],
  ['text_encoder.text_model.encoder.layers.0.mlp.fc1', 'text_encoder'],
  ['text_encoders.clip_l.transformer.text_model.encoder.layers.0.mlp.fc1', 'clip_l'],
  ['lora_te2_text_model_encoder_layers_0_mlp_fc1', 'te2'],
  ['text_encoders.clip_g.transformer.text_model.encoder.layers.0.mlp.fc1', 'clip_g'],
])('%s belongs to the %s', (key, component) => {
  const { modules } = loraModules([{ name: `${key}.lora_down.weight`, shape: [4, 4] }]);
  expect(modules.map((module) => [module.component, module.name])).toEqual([
    [component, 'encoder_layers_0_mlp_fc1'],
  ]);
});
