/**
 * `npm run bench -- [overhead|lora-switch|accepts|flat|job-life|engine-loss|page]… [--reference PATH]`: prints small tables of ratios, each
 * taken in one run with its baseline. `--reference` is a checkout of runcomfy-com/ai-toolkit-inference, which then is measured
 * beside.
 */
import { parseArgs } from 'node:util';
import { measureAccepts } from './accepts.ts';
import { measureEngineLoss } from './engine-loss.ts';
import { measureFlat } from './flat.ts';
import { measureJobLife } from './job-life.ts';
import { measureLoraSwitch } from './lora-switch.ts';
import { measureOverhead } from './overhead.ts';
import { measurePage } from './page.ts';
import { type Measurement, printTable } from './print-table.ts';

const { values, positionals: wanted } = parseArgs({
  options: { reference: { type: 'string' } },
  allowPositionals: true,
});

const benchmarks: Record<string, () => Promise<Measurement>> = {
  overhead: () => measureOverhead(60),
  'lora-switch': () => measureLoraSwitch(20),
  accepts: () => measureAccepts(5000, values.reference ?? null),
  flat: () => measureFlat([0, 1_000, 10_000], 10),
  'job-life': () => measureJobLife(400),
  'engine-loss': () => measureEngineLoss(5),
  page: () => measurePage(5000),
};

const unknown = wanted.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`,
  );
  process.exit(2);
}
try {
  for (const [name, measure] of Object.entries(benchmarks)) {
    if (wanted.length === 0 || wanted.includes(name)) printTable(await measure());
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
