/**
 * `AI_TOOLKIT_PATH=… npm run fidelity [-- MODEL …]`: runs the trainer's own previews and the engine's beside each other, on
 * tiny checkpoints, for every model id or those named, and writes what it found to `tests/trainer/results.json`. Both compute on
 * the CPU, or on a GPU with `DEVICE=cuda`. `--goldens` also keeps the pictures that the engine equals, for `npm test`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tinyFixtures } from '../tests/harness/tiny-fixtures.ts';
import { compareWithTrainer } from '../tests/trainer/compare-with-trainer.ts';
import { keepGoldens } from '../tests/trainer/keep-goldens.ts';
import { runTrainer, trainedModels } from '../tests/trainer/run-trainer.ts';
import { writeResults } from '../tests/trainer/write-results.ts';
import { setUpOrExit } from './setup.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { goldens: { type: 'boolean', default: false }, out: { type: 'string' } },
});
const trainer = process.env.AI_TOOLKIT_PATH;
if (trainer === undefined) {
  console.error('AI_TOOLKIT_PATH is not set: it is the folder of a checkout of ostris/ai-toolkit.');
  process.exit(2);
}
if (values.goldens && process.env.DEVICE !== undefined) {
  console.error('--goldens keeps pictures of the CPU, which `npm test` makes again: leave DEVICE unset.');
  process.exit(2);
}
await setUpOrExit({ tests: true });
const { checkpoints } = await tinyFixtures();
const models = positionals.length > 0 ? positionals : await trainedModels();
const out = values.out ?? (await mkdtemp(path.join(os.tmpdir(), 'darkroom-fidelity-')));
const { made, failed } = await runTrainer(path.resolve(trainer), checkpoints, out, models);
const { runs } = await compareWithTrainer(checkpoints, out);
for (const run of runs) console.log(run.name, JSON.stringify(run.prompts ?? run.error));
await writeResults({ trainer: path.resolve(trainer), made, failed, runs });
if (values.goldens) await keepGoldens(out, runs);
if (values.out === undefined) await rm(out, { recursive: true });
console.log('npm run generate writes docs/fidelity.md from it');
