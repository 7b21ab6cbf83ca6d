import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { root } from '../harness/paths.ts';
import { runOrThrow } from '../harness/run-program.ts';
import { type Compared, comparedSchema } from './compare-with-trainer.ts';
import { type TrainerRuns, trainedModels } from './run-trainer.ts';

const file = path.join(root, 'tests', 'trainer', 'results.json');

/** Ids that no run can be made of, and what of others cannot. */
const unrunnable: Record<string, string> = {
  demo: 'ships with Darkroom; the trainer has no such id. Its architecture is that of `flux`.',
  flux2_diffusers: 'has no previews: it is FLUX.2 as diffusers runs it. The trainer’s is `flux2`.',
  minimax_h3:
    'in bfloat16 the trainer’s decoder leaves its precision to CUDA’s autocast and does not run on a CPU. In float32 it is compared.',
};

/** What is known of differences that there are. */
const remarks: Record<string, string> = {
  minimax_h3:
    'layers of 8 bits, which the trainer multiplies as such and the engine turns into floating point first. What a network changes is computed beside them there.',
};

const keptSchema = z.object({ runs: z.array(comparedSchema) });

/** Write what was found, over what an earlier run found of the same names, for docs/fidelity.md. */
export async function writeResults(found: {
  trainer: string;
  made: TrainerRuns['made'];
  failed: TrainerRuns['failed'];
  runs: readonly Compared[];
}): Promise<void> {
  const earlier = keptSchema.safeParse(JSON.parse(await readFile(file, 'utf8').catch(() => '{}')));
  const runs = new Map(earlier.data?.runs.map((run) => [run.name, run]));
  for (const run of found.runs) runs.set(run.name, run);
  const results = {
    trainer: await commitOf(found.trainer),
    stand_ins: found.made.stand_ins,
    runs: [...runs.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    remarks,
    left_out: { ...unrunnable, ...(await notCompared(runs)), ...found.failed },
  };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}

async function notCompared(runs: Map<string, Compared>): Promise<Record<string, string>> {
  const compared = new Set([...runs.values()].map((run) => run.model));
  const missing = (await trainedModels()).filter((model) => !compared.has(model));
  return Object.fromEntries(missing.map((model) => [model, 'has not been compared yet.']));
}

/** The commit of a checkout, or AI_TOOLKIT_COMMIT for one that is no git repository. */
async function commitOf(trainer: string): Promise<string> {
  if (process.env.AI_TOOLKIT_COMMIT !== undefined) return process.env.AI_TOOLKIT_COMMIT;
  const { stdout } = await runOrThrow('git', ['-C', trainer, 'rev-parse', '--short=8', 'HEAD']);
  return stdout.trim();
}
