import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../src/python/package-root.ts';
import { generatedLine, markdownTable } from './markdown.ts';

const source = 'tests/trainer/results.json';

const distanceSchema = z.union([
  z.strictObject({ levels: z.int(), moved: z.number(), mean: z.number() }),
  z.strictObject({ values: z.int(), wanted: z.int() }),
]);
type Distance = z.output<typeof distanceSchema>;
const runSchema = z.object({
  model: z.string(),
  dtype: z.enum(['float32', 'bfloat16']),
  name: z.string(),
  libraries: z.record(z.string(), z.string()),
  network: z.looseObject({ type: z.string() }).nullable(),
  prompts: z.array(distanceSchema).optional(),
  error: z.string().optional(),
});
const resultsSchema = z.strictObject({
  trainer: z.string(),
  stand_ins: z.array(z.string()),
  runs: z.array(runSchema),
  /** What is known of differences, by model ids. */
  remarks: z.record(z.string(), z.string()),
  /** Model ids that were not compared, and why. */
  left_out: z.record(z.string(), z.string()),
  gpu: z
    .strictObject({
      card: z.string(),
      torch: z.string(),
      runs: z.array(runSchema),
      notes: z.array(z.string()),
      remarks: z.record(z.string(), z.string()),
      left_out: z.record(z.string(), z.string()),
    })
    .nullable(),
});
type Results = z.output<typeof resultsSchema>;
type Run = Results['runs'][number];

/** docs/fidelity.md: id by id, what was compared with the trainer's own previews, and how far apart the two were. */
export function fidelityPage(): string {
  const file = path.join(packageRoot(), source);
  const results = resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const grounds = [...new Set(results.runs.map(ground))];
  return `${generatedLine(source)}

# Fidelity

The trainer's own preview code, its \`load_model\` and \`generate_images\`, was run on the tiny checkpoints beside Darkroom's
engine, with LoRAs that its own network classes saved. This page is what came of it, written by the comparison.

- Trainer: [ostris/ai-toolkit](https://github.com/ostris/ai-toolkit), commit \`${results.trainer}\`, on the CPU.
- Libraries: ${grounds.map((libraries, index) => `${libraries}${mark(index)}`).join('; ')}. The engine’s are the first.
- Each run is one to two prompts: 64×64 at guidance 4, and a size that is on no grid with white space at the ends of the prompt,
  a negative prompt and a seed beyond 32 bits. Models that take control pictures get one to three, of odd sizes.
- A distance is the largest difference in levels of 255, and the share of the values that differ at all. 1 level in less than
  0.1 % is what two machines differ by.
- Only imported by the trainer and never called in a preview, so stood in for: ${results.stand_ins.join(', ')}.

Weights are random and small, so these are differences of arithmetic: what a real checkpoint makes of a difference depends on it.

${markdownTable(
  ['model', 'dtype', 'network', 'first prompt', 'second prompt'],
  results.runs.map((run) => row(run, mark(grounds.indexOf(ground(run))))),
)}
${listOf('## What is known of the differences', results.remarks)}${listOf('## Not compared', results.left_out)}${onGpu(results.gpu)}
\`AI_TOOLKIT_PATH=… npm run fidelity\` makes it anew; [CONTRIBUTING.md](../CONTRIBUTING.md) says how.
`;
}

/** On a GPU: of each model the run that is farthest from the trainer's, in both precisions. */
function onGpu(gpu: Results['gpu']): string {
  if (gpu === null) return '';
  const models = [...new Set(gpu.runs.map((run) => run.model))];
  const cell = (model: string, dtype: Run['dtype']): string =>
    farthest(gpu.runs.filter((run) => run.model === model && run.dtype === dtype));
  const table = markdownTable(
    ['model', 'bfloat16', 'float32'],
    models.map((model) => [`\`${model}\``, cell(model, 'bfloat16'), cell(model, 'float32')]),
  );
  return `
## On a GPU

The same runs, both sides on one ${gpu.card} with torch ${gpu.torch} and kernels that give the same sums each time. Of each model
this is the run, with or without a network, that is farthest from the trainer's.

${table}

${gpu.notes.map((note) => `- ${note}`).join('\n')}
${listOf('### What is known of the differences there', gpu.remarks)}${listOf('### Not compared there', gpu.left_out)}`;
}

/** The largest mean difference of all prompts of these runs, after what did not run or has another size. */
function farthest(runs: readonly Run[]): string {
  const failed = runs.find((run) => run.prompts === undefined);
  if (failed !== undefined) return failed.error ?? '';
  const weight = (found: Distance): number => ('values' in found ? Infinity : found.mean);
  const [first] = runs.flatMap((run) => run.prompts ?? []).sort((a, b) => weight(b) - weight(a));
  return first === undefined ? '' : distance(first);
}

const ground = ({ libraries }: Run): string =>
  Object.entries(libraries)
    .map(([name, version]) => `${name} ${version}`)
    .join(' and ');

/** Runs on other libraries than the engine's, the trainer's own pins, are marked. */
const mark = (index: number): string => '*'.repeat(index);

function row(run: Run, marked: string): string[] {
  const cells = run.prompts?.map(distance) ?? [run.error ?? ''];
  const kind = run.name.split('-')[1] ?? '';
  return [
    `\`${run.model}\`${marked}`,
    run.dtype,
    kind === 'plain' ? 'none' : kind,
    cells[0] ?? '',
    cells[1] ?? '',
  ];
}

function distance(found: Distance): string {
  if ('values' in found) return `another size: ${found.values} values, the trainer's ${found.wanted}`;
  if (found.levels === 0) return 'equal';
  return `${found.levels} in ${percent(found.moved)}, mean ${found.mean.toFixed(3)}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.001 ? 3 : 1)} %`;

function listOf(title: string, reasons: Record<string, string>): string {
  const lines = Object.entries(reasons).map(([models, reason]) => `- ${code(models)}: ${reason}`);
  return lines.length === 0 ? '' : `\n${title}\n\n${lines.join('\n')}\n`;
}

const code = (models: string): string =>
  models
    .split(', ')
    .map((model) => `\`${model}\``)
    .join(', ');
