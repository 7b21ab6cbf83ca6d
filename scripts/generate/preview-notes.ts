import type { ModelEntry } from '../../src/catalog/define-model.ts';

type Interface = NonNullable<ModelEntry['trainer_interface']>;

/** What else than the LoRA made a preview what it is, as far as the trainer's interface or its config decides that. */
export function previewNotes(entry: ModelEntry): string[] {
  const made = entry.trainer_interface;
  if (made === null) return [];
  return [...otherDefaults(entry, made), quantized(entry, made), ...inTiles(entry, made)];
}

function otherDefaults({ defaults, output }: ModelEntry, made: Interface): string[] {
  const ofVideos = output.kind === 'video' ? (['num_frames', 'fps'] as const) : [];
  const names = ['sample_steps', 'guidance_scale', 'width', 'height', ...ofVideos] as const;
  const others = names.filter((name) => made[name] !== defaults[name]);
  if (others.length === 0) return ['A new job in the trainer’s interface has the defaults of this page.'];
  const said = others.map((name) => `\`${name}\` ${made[name]} (here ${defaults[name]})`);
  return [`A new job in the trainer’s interface has ${inWords(said)}. Send what your config says.`];
}

function quantized({ id }: ModelEntry, { quantize }: Interface): string {
  const who = quantize
    ? 'The interface sets `quantize: true`: previews are'
    : 'The interface sets `quantize: false`. With `quantize: true` previews are';
  return `${who} made with the base in 8 bits and the LoRA computed beside it. Darkroom merges the LoRA into whole weights, which gives near but not equal pictures; \`QUANTIZATION=${id}=fp8\` computes it beside weights of 8 bits as well, rounded in another way. See [memory.md](../memory.md#quantization).`;
}

function inTiles({ id, tiled_decoding: tiles }: ModelEntry, { low_vram }: Interface): string[] {
  if (tiles === undefined) return [];
  const size =
    tiles.frames === undefined
      ? '256×256 pixels that overlap by 64'
      : `${tiles.frames.size} frames that overlap by ${tiles.frames.size - tiles.frames.stride}`;
  const pictures = tiles.covers === 'call' ? ', and control images read in them' : '';
  const set = low_vram ? ', which the interface sets,' : '';
  return [
    `With \`low_vram: true\`${set} previews are decoded in tiles of ${size}${pictures}. \`"tiled_decoding": true\` in a request does the same, and \`TILED_DECODING=${id}=on\` does it for all requests.`,
  ];
}

const inWords = (parts: readonly string[]): string =>
  [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter(Boolean).join(' and ');
