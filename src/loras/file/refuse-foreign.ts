import { detectFamilies } from './detect-family.ts';
import { noChange } from './fit/change-shape.ts';
import { foreignKinds, wholeModels } from './foreign-kinds.ts';
import { invalidLora, type ParsedHeader, type TensorFacts } from './header/parse-header.ts';
import { type LoraModule, loraModules } from './lora-modules.ts';

/** Types that changes are written in. Alphas and keys that mean nothing may be of any. */
const floats = ['F64', 'F32', 'F16', 'BF16', 'F8_E4M3', 'F8_E5M2'];
/** What quantized weights come with: without them, theirs mean nothing. */
const scales = /(\.(scale_weight|weight_scale|scale_input|input_scale|comfy_quant)|(^|\.)scaled_fp8)$/;

/**
 * Refuse what is no LoRA by what it is, and tensors that no change can be read from, each with what to do. From the header
 * alone. Throws LORA_INVALID.
 */
export function refuseForeign(label: string, { tensors, metadata }: ParsedHeader): void {
  const { modules, foreign } = loraModules(tensors);
  const kind = kindOf(tensors, modules);
  if (kind !== null) throw invalidLora(label, kind);
  if (!modules.some(isChange)) {
    const whole = wholeModel(tensors, metadata);
    if (whole !== null) throw invalidLora(label, whole);
  }
  const unread = new Set(foreign);
  const read = tensors.filter(({ name }) => !unread.has(name));
  const bad = read.map(problemOf).find((problem) => problem !== null);
  if (bad !== undefined && bad !== null) throw invalidLora(label, bad);
  const scale = foreign.find((name) => scales.test(name));
  if (scale !== undefined && read.some(({ dtype }) => dtype.startsWith('F8')))
    throw invalidLora(
      label,
      `it is in scaled float8 ("${scale.slice(0, 120)}"), which is not read; export it in bfloat16 or float16`,
    );
}

const isChange = ({ shape }: LoraModule): boolean => shape.problem !== noChange;

/** What to call a file of another kind, and what to do with it. */
function kindOf(tensors: readonly TensorFacts[], modules: readonly LoraModule[]): string | null {
  const hasChanges = modules.some(isChange);
  for (const { name, tensor, isAdapter, advice } of foreignKinds) {
    const found = tensors.find((one) => tensor.test(one.name));
    if (found === undefined || (hasChanges && isAdapter !== true)) continue;
    const called = name === 'an OFT adapter' && found.shape.length === 4 ? 'a BOFT adapter' : name;
    return `it is ${called} ("${found.name.slice(0, 120)}"), which Darkroom does not apply. ${advice ?? 'Train or export it as LoRA, LoHa, LoKr or DoRA'}`;
  }
  return !hasChanges && isEmbedding(tensors)
    ? 'it is an embedding (textual inversion), which Darkroom does not apply. Train or export it as LoRA, LoHa, LoKr or DoRA'
    : null;
}

/** One vector for each token of a made-up word, under that word. */
const isEmbedding = (tensors: readonly TensorFacts[]): boolean =>
  tensors.length > 0 &&
  tensors.length <= 4 &&
  tensors.every(({ name, shape }) => !name.includes('.') && shape.length > 0 && shape.length <= 2);

/** A file of weights is a model, or a part of one. */
function wholeModel(tensors: readonly TensorFacts[], metadata: ParsedHeader['metadata']): string | null {
  const weights = tensors.filter(({ name }) => /\.(weight|bias)$/.test(name));
  if (weights.length === 0 || weights.length * 2 < tensors.length) return null;
  // A checkpoint that holds everything holds these too.
  const denoiser = /^(model\.diffusion_model|diffusion_model|transformer|unet)\./;
  const part = wholeModels.find(({ tensor }) => weights.some(({ name }) => tensor.test(name)));
  if (part !== undefined && !weights.some(({ name }) => denoiser.test(name)))
    return `it is ${part.name}, not a LoRA. Send the file that the training saved`;
  const asDifferences = weights.map((tensor) => ({
    ...tensor,
    name: tensor.name.replace(/\.weight$/, '.diff').replace(/\.bias$/, '.diff_b'),
  }));
  const families = detectFamilies(loraModules(asDifferences).modules, metadata);
  const of = families.length === 0 ? '' : ` of ${families.map(({ label }) => label).join(' or ')}`;
  return `it is a whole checkpoint${of}, not a LoRA. Send the LoRA that the training saved; base models are found in CHECKPOINTS_PATH`;
}

function problemOf({ name, dtype, shape }: TensorFacts): string | null {
  const called = `tensor "${name.slice(0, 120)}"`;
  if (shape.includes(0))
    return `${called} is empty (${shape.join('×')}), so it was not saved whole; export it again`;
  if (floats.includes(dtype) || name.endsWith('.alpha')) return null;
  return `${called} is of the type ${dtype}, from which no change can be read; export it in float32, float16 or bfloat16`;
}
