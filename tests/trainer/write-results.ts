import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { root } from '../harness/paths.ts';
import { runOrThrow } from '../harness/run-program.ts';
import { type Compared, comparedSchema } from './compare-with-trainer.ts';
import { type TrainerRuns, trainedModels } from './run-trainer.ts';

const file = path.join(root, 'tests', 'trainer', 'results.json');

/** Ids that no run can be made of. */
const unrunnable: Record<string, string> = {
  demo: 'ships with Darkroom; the trainer has no such id. Its architecture is that of `flux`.',
  flux2_diffusers: 'has no previews: it is FLUX.2 as diffusers runs it. The trainer’s is `flux2`.',
};

/** What is known of differences that there are. */
const remarks: Record<string, string> = {
  minimax_h3:
    'layers of 8 bits, which the trainer multiplies as such and the engine turns into floating point first. What a network changes is computed beside them there.',
};

/** The same on a GPU, beside what is known of a CPU. */
const gpuRemarks: Record<string, string> = {
  omnigen2:
    'the trainer normalizes with a Triton kernel, which sums in an order that it picks by trying; the engine does with torch’s. Few values are rounded to a neighbour for it, and in bfloat16 that spreads. Where Triton is not installed the two are equal in both precisions.',
  minimax_h3:
    'layers of 8 bits, as on the CPU: the trainer multiplies them with kernels for 8 bits, the engine in floating point.',
};

/** How the engine’s own pictures on a GPU are to those on the CPU beside it. */
const gpuNotes = [
  'Float32 is the CPU’s picture to 1 level in less than 0.1 % of the values where convolutions compute in float32 (`torch.backends.cudnn.allow_tf32 = False`). torch lets them compute in TF32, for the trainer as for the engine: then it is 1 to 2 levels in up to 7 %.',
  '`krea2_o_edit`, `krea2_o_edit_turbo`, `omnigen2`, `wan22_14b_i2v` and `wan22_5b` with control pictures: another picture than on a CPU, since the latents of a control picture are drawn with the generator of the device, as in the trainer.',
  'Whether torchvision, sentencepiece and tiktoken are installed changes no value of any model.',
  'With torch’s default kernels, which may sum in another order from run to run, `chroma`, `flux`, `krea2_o_edit`, `ltx2`, `qwen_image_edit`, `sdxl`, `wan21_1b` and `zimage` were compared in bfloat16 as well: equal.',
];

const keptSchema = z.object({
  stand_ins: z.array(z.string()),
  runs: z.array(comparedSchema),
  gpu: z.looseObject({ card: z.string(), torch: z.string(), runs: z.array(comparedSchema) }).nullable(),
});

/** Write what was found, over what an earlier run found of the same names, for docs/fidelity.md. */
export async function writeResults(found: {
  trainer: string;
  made: TrainerRuns['made'];
  failed: TrainerRuns['failed'];
  runs: readonly Compared[];
}): Promise<void> {
  const kept = keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const { gpu, stand_ins } = found.made;
  const runs = gpu === null ? merged(kept.runs, found.runs) : kept.runs;
  const failed = await notCompared(runs);
  const results = {
    trainer: await commitOf(found.trainer),
    stand_ins: gpu === null ? stand_ins : kept.stand_ins,
    runs,
    remarks,
    left_out: { ...unrunnable, ...failed, ...(gpu === null ? found.failed : {}) },
    gpu: gpu === null ? kept.gpu : await onGpu(gpu, kept.gpu, found),
  };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}

/** The figures of one card: those of another one do not go with them. */
async function onGpu(
  gpu: { card: string; torch: string },
  kept: z.output<typeof keptSchema>['gpu'],
  found: { failed: Record<string, string>; runs: readonly Compared[] },
): Promise<unknown> {
  const same = kept?.card === gpu.card && kept.torch === gpu.torch;
  const runs = merged(same ? kept.runs : [], found.runs);
  const left_out = { ...(await notCompared(runs)), ...found.failed };
  return { ...gpu, runs, notes: gpuNotes, remarks: gpuRemarks, left_out };
}

function merged(kept: readonly Compared[], found: readonly Compared[]): Compared[] {
  const runs = new Map([...kept, ...found].map((run) => [run.name, run]));
  return [...runs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function notCompared(runs: readonly Compared[]): Promise<Record<string, string>> {
  const compared = new Set(runs.map((run) => run.model));
  const missing = (await trainedModels()).filter((model) => !compared.has(model));
  return Object.fromEntries(missing.map((model) => [model, 'has not been compared yet.']));
}

/** The commit of a checkout, or AI_TOOLKIT_COMMIT for one that is no git repository. */
async function commitOf(trainer: string): Promise<string> {
  if (process.env.AI_TOOLKIT_COMMIT !== undefined) return process.env.AI_TOOLKIT_COMMIT;
  const { stdout } = await runOrThrow('git', ['-C', trainer, 'rev-parse', '--short=8', 'HEAD']);
  return stdout.trim();
}
