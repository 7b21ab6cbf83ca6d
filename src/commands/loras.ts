import Table from 'cli-table3';
import { z } from 'zod';
import { inspectLora, type LoraFacts } from '../loras/inspect-lora.ts';

const filesSchema = z.array(z.string());
const optionsSchema = z.object({ json: z.boolean().default(false) });

/** `darkroom loras inspect`: what files say of themselves, from their headers. Throws LORA_INVALID for the first bad one. */
export async function inspectLoras(files: unknown, given: unknown): Promise<void> {
  const { json } = optionsSchema.parse(given);
  const facts: LoraFacts[] = [];
  for (const file of filesSchema.parse(files)) facts.push(await inspectLora(file));
  console.log(json ? JSON.stringify(facts, null, 2) : facts.map(loraTable).join('\n'));
}

/** The facts of one file, a line each; what the file does not say is left out. */
export function loraTable(facts: LoraFacts): string {
  const table = new Table({ style: { head: [], border: [], compact: true } });
  const { training } = facts;
  const rows: [string, string | null][] = [
    ['name', facts.name],
    ['made for', facts.families.map(({ label }) => label).join(' or ') || 'not recognised'],
    ['form', `${facts.forms.join(', ')}, ${facts.dtypes.join(', ')}`],
    ['rank', facts.ranks.join(', ') || null],
    ['alpha', facts.hasAlpha ? 'stored in the file' : 'none: the rank counts as alpha'],
    ['changes', modulesText(facts)],
    ['trigger words', facts.triggerWords.join(', ') || null],
    ['training', trainingText(training)],
    ['base model', training.base],
    ['made with', training.software],
    ['size', `${(facts.bytes / 2 ** 20).toFixed(1)} MB`],
  ];
  for (const [name, value] of rows) if (value !== null) table.push([name, value]);
  return table.toString();
}

function modulesText({ modules, components }: LoraFacts): string {
  const parts = Object.entries(components).map(([component, count]) => `${component} ${count}`);
  return `${modules} modules (${parts.join(', ')})`;
}

function trainingText({ step, epoch }: LoraFacts['training']): string | null {
  const parts = [step === null ? '' : `step ${step}`, epoch === null ? '' : `epoch ${epoch}`];
  return parts.filter(Boolean).join(', ') || null;
}
