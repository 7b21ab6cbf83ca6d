/** `npm run bench [overhead|lora-switch|accepts|flat]…`: prints small tables of ratios, each taken in one run with its baseline. */
import { measureAccepts } from './accepts.ts';
import { measureFlat } from './flat.ts';
import { measureLoraSwitch } from './lora-switch.ts';
import { measureOverhead } from './overhead.ts';
import { type Measurement, printTable } from './print-table.ts';

const benchmarks: Record<string, () => Promise<Measurement>> = {
  overhead: () => measureOverhead(60),
  'lora-switch': () => measureLoraSwitch(20),
  accepts: () => measureAccepts(5000),
  flat: () => measureFlat([0, 1_000, 10_000], 10),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`,
  );
  process.exit(2);
}
for (const [name, measure] of Object.entries(benchmarks)) {
  if (wanted.length === 0 || wanted.includes(name)) printTable(await measure());
}
