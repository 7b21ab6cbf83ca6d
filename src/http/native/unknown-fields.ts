import { nearestId } from '../../catalog/nearest-id.ts';
import { type InferenceBody, loraSchema, promptSchema } from './request-schema.ts';

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
  image: 'ctrl_img',
  control_image: 'ctrl_img',
  frames: 'num_frames',
  format: 'output_format',
  quality: 'output_quality',
  url: 'path',
};

const mostNamed = 20;

/** One warning for each field that no schema knows, at the top, in a LoRA and in a prompt, with the likely meant one. */
export function unknownFieldWarnings(body: InferenceBody, topFields: readonly string[]): string[] {
  const loraFields = Object.keys(loraSchema.shape);
  const promptFields = Object.keys(promptSchema.shape);
  const warnings = [
    ...unknownIn(body, topFields, ''),
    ...(body.loras ?? []).flatMap((lora, index) => unknownIn(lora, loraFields, `loras[${index}].`)),
    ...body.prompts.flatMap((prompt, index) => unknownIn(prompt, promptFields, `prompts[${index}].`)),
  ];
  if (warnings.length <= mostNamed) return warnings;
  return [
    ...warnings.slice(0, mostNamed),
    `${warnings.length - mostNamed} more unknown fields were ignored.`,
  ];
}

function unknownIn(value: object, known: readonly string[], prefix: string): string[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = otherName(key, known) ?? nearestId(key, known);
      const hint = meant === null ? '' : ` Did you mean "${meant}"?`;
      return `${prefix}${printable(key)} is not a field of this server and was ignored.${hint}`;
    });
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
