import { nearestId } from '../../catalog/nearest-id.ts';
import { type InferenceBody, loraSchema, promptSchema } from './schemas/request-schema.ts';
import { type TrainingBody, trainingBodySchema } from './schemas/training-schema.ts';

/** Names that other programs give to our fields, too far from them to be taken for a slip of the finger. */
const otherNames: Readonly<Record<string, string>> = {
  steps: 'sample_steps',
  num_inference_steps: 'sample_steps',
  negative_prompt: 'neg',
  cfg: 'guidance_scale',
  cfg_scale: 'guidance_scale',
  scale: 'network_multiplier',
  strength: 'network_multiplier',
  weight: 'network_multiplier',
  lora_scale: 'network_multiplier',
  control_image: 'ctrl_img',
  init_image: 'image',
  mask: 'mask_image',
  prompt_strength: 'strength',
  denoising_strength: 'strength',
  frames: 'num_frames',
  format: 'output_format',
  quality: 'output_quality',
  url: 'path',
  samples: 'prompts',
};

/** What else a trainer's `sample` block and its items say, and why it changes no picture here. */
const ofTheTrainer: Readonly<Record<string, string>> = {
  adapter_conditioning_scale: 'the trainer gives it to adapters that are no LoRAs',
  extra_values: 'the trainer gives it to adapters that are no LoRAs',
  refiner_start_at: 'no model here has a refiner',
  sample_every: 'it says when the trainer samples, not what',
  sample_start_step: 'it says when the trainer samples, not what',
};

const mostNamed = 20;

/** The fields that each kind of object has, and where a field of another kind belongs. */
interface KnownFields {
  own: readonly string[];
  elsewhere: readonly { fields: readonly string[]; where: string }[];
}

/** One warning for each field that no schema knows, at the top, in a LoRA and in a prompt, with the likely meant one. */
export function unknownFieldWarnings(body: InferenceBody, topFields: readonly string[]): string[] {
  const top = { fields: topFields, where: 'at the top of the request' };
  const lora = { fields: Object.keys(loraSchema.shape), where: 'in the items of "loras"' };
  const prompt = { fields: Object.keys(promptSchema.shape), where: 'in the items of "prompts"' };
  const known = {
    top: { own: top.fields, elsewhere: [prompt, lora] },
    lora: { own: lora.fields, elsewhere: [prompt, top] },
    prompt: { own: prompt.fields, elsewhere: [top, lora] },
  };
  const found = [
    ...unknownIn(body, known.top, ''),
    ...(body.loras ?? []).flatMap((item, index) => unknownIn(item, known.lora, `loras[${index}].`)),
    ...body.prompts.flatMap((item, index) => unknownIn(item, known.prompt, `prompts[${index}].`)),
  ];
  // Looking for the likely meant field costs something, so it is done for those that are named only.
  const warnings = found.slice(0, mostNamed).map(unknownFieldWarning);
  const more = found.length - warnings.length;
  return more === 0 ? warnings : [...warnings, `${more} more unknown fields were ignored.`];
}

/** The same for a training. */
export function unknownTrainingFields(body: TrainingBody): string[] {
  const own = Object.keys(trainingBodySchema.shape);
  const found = unknownIn(body, { own, elsewhere: [] }, '');
  return found.slice(0, mostNamed).map(unknownFieldWarning);
}

interface UnknownField {
  key: string;
  /** Of the object that it is in, such as `prompts[0].`. */
  prefix: string;
  known: KnownFields;
}

function unknownIn(value: object, known: KnownFields, prefix: string): UnknownField[] {
  const keys = Object.keys(value).filter((key) => !known.own.includes(key));
  return keys.map((key) => ({ key, prefix, known }));
}

function unknownFieldWarning({ key, prefix, known }: UnknownField): string {
  const why = Object.hasOwn(ofTheTrainer, key) ? ofTheTrainer[key] : undefined;
  if (why !== undefined) return `${prefix}${key} was not used: ${why}.`;
  return `${prefix}${printable(key)} is not a field of this server and was ignored.${hint(key, known)}`;
}

function hint(key: string, { own, elsewhere }: KnownFields): string {
  const other = otherName(key, own);
  const place = elsewhere.find(({ fields }) => fields.includes(key));
  if (other === null && place !== undefined) return ` It belongs ${place.where}.`;
  const meant = other ?? nearestId(key, own);
  return meant === null ? '' : ` Did you mean "${meant}"?`;
}

function otherName(key: string, known: readonly string[]): string | null {
  const name = Object.hasOwn(otherNames, key) ? otherNames[key] : undefined;
  return name !== undefined && known.includes(name) ? name : null;
}

/** A key of the client, safe to store and to print. */
function printable(key: string): string {
  return key
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 80);
}
