/**
 * The modules that a LoRA file changes, from the names and shapes in its header.
 *
 * A key is `<component prefix><module><form suffix>`: the prefix says which part of the model (none or `lora_unet_`: the
 * denoiser), the suffix which factor of which form. Both spellings occur: dotted module paths (PEFT, ai-toolkit) and flat
 * ones with underscores (kohya).
 */
import type { TensorFacts } from './parse-header.ts';

export type LoraForm = 'lora' | 'lokr' | 'loha' | 'full' | 'dora';

export interface LoraModule {
  /** As in the file, without the form suffix. */
  key: string;
  component: 'denoiser' | 'text_encoder' | 'text_encoder_2' | 'text_encoder_3';
  /** Module name without the component prefix, every dot an underscore. */
  name: string;
  form: LoraForm;
  rank: number | null;
  hasAlpha: boolean;
  /** Width of the input and the output where the file's factors show them. */
  inputs: number | null;
  outputs: number | null;
}

/** PEFT may put the name of the adapter before `.weight`. */
const suffixes: readonly [RegExp, LoraForm | 'alpha', 'down' | 'up' | null][] = [
  [/\.(lora_A(\.[\w-]+)?|lora_down)(\.weight)?$/, 'lora', 'down'],
  [/\.(lora_B(\.[\w-]+)?|lora_up)(\.weight)?$/, 'lora', 'up'],
  [/[._]lora(_linear_layer)?\.down(\.weight)?$/, 'lora', 'down'],
  [/[._]lora(_linear_layer)?\.up(\.weight)?$/, 'lora', 'up'],
  [/\.lora_mid(\.weight)?$/, 'lora', null],
  [/\.lora_B(\.[\w-]+)?\.bias$/, 'lora', null],
  [/\.(dora_scale|magnitude|lora_magnitude_vector(\.[\w-]+)?(\.weight)?)$/, 'dora', null],
  [/\.lokr_(w[12](_[ab])?|t2)$/, 'lokr', null],
  [/\.hada_(w[12]_[ab]|t[12])$/, 'loha', null],
  [/\.(diff|diff_b)$/, 'full', null],
  [/\.alpha$/, 'alpha', null],
];

const prefixes: readonly [RegExp, LoraModule['component']][] = [
  [
    /^(base_model\.model\.)?(lora_te2_|text_encoder_2\.|te2[._]|text_encoders\.(clip_g|t5xxl)\.transformer\.)/,
    'text_encoder_2',
  ],
  [/^(base_model\.model\.)?(lora_te3_|text_encoder_3\.)/, 'text_encoder_3'],
  [
    /^(base_model\.model\.)?(lora_te1?_|text_encoder\.|te1?[._]|text_encoders\.clip_l\.transformer\.)/,
    'text_encoder',
  ],
  [
    /^(base_model\.model\.)?(lora_unet_|lora_transformer_|lycoris_|transformer\.|diffusion_model\.|model\.diffusion_model\.|unet\.)?(transformer_[12]\.)?/,
    'denoiser',
  ],
];

/** Group the tensors of a file into modules. Keys of no known form are returned apart. */
export function loraModules(tensors: readonly Pick<TensorFacts, 'name' | 'shape'>[]): {
  modules: LoraModule[];
  foreign: string[];
} {
  const modules = new Map<string, LoraModule>();
  const foreign: string[] = [];
  for (const tensor of tensors) {
    const suffix = suffixes.find(([pattern]) => pattern.test(tensor.name));
    if (suffix === undefined) {
      foreign.push(tensor.name);
      continue;
    }
    const [pattern, form, side] = suffix;
    const key = tensor.name.replace(pattern, '');
    const module = modules.get(key) ?? newModule(key);
    modules.set(key, module);
    noteTensor(module, form, side, tensor.shape);
    noteFactor(module, tensor);
  }
  return { modules: [...modules.values()], foreign };
}

function newModule(key: string): LoraModule {
  const found = prefixes.find(([pattern]) => pattern.test(key));
  const [pattern, component] = found ?? [/^/, 'denoiser' as const];
  const name = key.replace(pattern, '').replaceAll('.', '_');
  return { key, component, name, form: 'lora', rank: null, hasAlpha: false, inputs: null, outputs: null };
}

function noteTensor(
  module: LoraModule,
  form: LoraForm | 'alpha',
  side: 'down' | 'up' | null,
  shape: number[],
): void {
  if (form === 'alpha') {
    module.hasAlpha = true;
    return;
  }
  if (form !== 'lora') module.form = form;
  if (side === 'down') {
    module.rank = shape[0] ?? null;
    module.inputs = shape[1] ?? null;
  }
  if (side === 'up') module.outputs = shape[0] ?? null;
}

/**
 * What the factors of the other forms show. Kernels may be folded into the columns of LoKr and LoHa, so that only their rank
 * is certain; a whole difference has the shape of the weight.
 */
function noteFactor(module: LoraModule, { name, shape }: Pick<TensorFacts, 'name' | 'shape'>): void {
  if (/\.(lokr_w[12]_b|hada_w1_b)$/.test(name)) module.rank = shape[0] ?? null;
  if (!name.endsWith('.diff')) return;
  module.outputs = shape[0] ?? null;
  module.inputs = shape[1] ?? null;
}
