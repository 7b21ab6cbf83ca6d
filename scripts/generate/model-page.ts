import type { ModelEntry } from '../../src/catalog/define-model.ts';
import { abilityNames, optionDefaults, samplerNames } from '../../src/catalog/option-defaults.ts';
import { generatedLine, markdownTable } from './markdown.ts';
import { previewNotes } from './preview-notes.ts';

/** docs/models/<id>.md: what a user has to know of one model, and a request that works. */
export function modelPage(entry: ModelEntry): string {
  const sections = [
    generatedLine(`src/catalog/models/${entry.id}.ts`),
    `# ${entry.label} (\`${entry.id}\`)`,
    entry.description,
    markdownTable(['', ''], facts(entry)),
    `## A request\n\n\`\`\`sh\n${curl(entry)}\n\`\`\``,
    list('What the trainer’s previews are made with', previewNotes(entry)),
    list('Notes', entry.notes),
    list('Where it differs from ai-toolkit-inference, on purpose', entry.differs),
    '[All models](../models.md)',
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function facts(entry: ModelEntry): string[][] {
  const { checkpoint, defaults, size, guidance, lora } = entry;
  const rows: [string, string | null][] = [
    ['checkpoint', `${checkpoint.repository}, ${checkpoint.licence}${checkpoint.gated ? ', gated' : ''}`],
    [
      'default size',
      `${defaults.width}×${defaults.height}, in multiples of ${size.divisor}${areaRule(size)}`,
    ],
    ['default steps', stepsRule(entry)],
    ['default guidance', `${defaults.guidance_scale} (${guidanceWords[guidance.kind]})`],
    ['negative prompt', guidance.negative_prompt ? 'yes' : 'has no effect'],
    [
      'frames',
      entry.output.kind === 'video'
        ? `${defaults.num_frames} at ${defaults.fps ?? '?'} frames a second`
        : null,
    ],
    ['frame counts', frameCounts(entry)],
    ['control images', controlImages(entry)],
    ['pictures to begin with', abilities(entry)],
    ['samplers', entry.pipeline.samplers === undefined ? null : samplerNames(entry).join(', ')],
    ['switches of the request', switches(entry)],
    ['LoRA families', lora.families.join(', ')],
    ['LoRA sides', lora.experts === undefined ? null : 'every item says `"transformer": "high"` or `"low"`'],
    ['memory', `about ${entry.memory_gib} GiB`],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
}

const stepsRule = ({ defaults: { sample_steps }, minimum_steps }: ModelEntry): string =>
  minimum_steps === 1 ? `${sample_steps}` : `${sample_steps}; at least ${minimum_steps}`;

function areaRule({ area, maximum_area }: ModelEntry['size']): string {
  if (area !== undefined) return `; every picture has about ${area} pixels, width and height give its shape`;
  return maximum_area === undefined ? '' : `; up to ${maximum_area} pixels`;
}

const guidanceWords: Record<ModelEntry['guidance']['kind'], string> = {
  embedded: 'distilled into the model, costs nothing',
  cfg: 'two passes a step',
  none: 'the model ignores it',
};

function frameCounts({ size: { frames } }: ModelEntry): string | null {
  if (frames === undefined) return null;
  const others =
    frames.floored === 'count'
      ? `multiples of ${frames.step} are raised to the next, others lowered`
      : 'others are lowered to the next';
  return `${frames.step}·n + ${frames.offset}; ${others}`;
}

function controlImages({ control_images: { minimum, maximum } }: ModelEntry): string {
  if (maximum === 0) return 'none';
  const number = maximum === 1 ? 'one' : `up to ${maximum}`;
  return `${number}, ${minimum === 0 ? 'optional' : 'required'}`;
}

function abilities(entry: ModelEntry): string | null {
  const words = { image_to_image: 'image to image', inpainting: 'inpainting' };
  const named = abilityNames(entry).map((name) => words[name]);
  return named.length === 0 ? null : `[${named.join(', ')}](../image-to-image.md)`;
}

function switches(entry: ModelEntry): string | null {
  const named = Object.entries(optionDefaults(entry)).map(
    ([name, held]) => `\`${name}\` (${held} by default)`,
  );
  return named.length === 0 ? null : named.join(', ');
}

function curl(entry: ModelEntry): string {
  const prompt = {
    prompt: 'a photo of [trigger]',
    ...(entry.control_images.minimum > 0 ? { ctrl_img: 'https://example.com/picture.png' } : {}),
  };
  const lora = {
    path: 'my_lora.safetensors',
    ...(entry.lora.experts === undefined ? {} : { transformer: 'high' }),
  };
  const body = { model: entry.id, trigger_word: 'my_subject', loras: [lora], prompts: [prompt] };
  return `curl http://localhost:8000/v1/inference -H 'Content-Type: application/json' -d '${JSON.stringify(body, null, 2)}'`;
}

const list = (title: string, items: readonly string[]): string =>
  items.length === 0 ? '' : `## ${title}\n\n${items.map((item) => `- ${item}`).join('\n')}`;
