import Table from 'cli-table3';
import type { LoraFacts } from '../../loras/file/inspect-lora.ts';
import type { StrengthSource } from '../../loras/file/lora-strength.ts';

const mostKinds = 12;
const mostIgnored = 20;

/** Whether it can be rendered with a model, and what of it would change nothing. */
export interface ModelFit {
  model: string;
  fits: boolean;
  /** Why not. */
  problem: string | null;
  ignored: { key: string; why: string }[];
  /** The weights of the checkpoint when it is on this machine; else the names of the family. */
  heldAgainst: 'weights' | 'names';
}

export interface Inspected extends LoraFacts {
  /** As it was given. */
  path: string;
  /** Null for a file of this machine. */
  remote: { isResumable: boolean; version: string | null; sha256: string | null } | null;
  fit: ModelFit | null;
}

/** The facts of one file, a line each; what the file does not say is left out. */
export function loraTable(facts: Inspected): string {
  const table = new Table({
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [16, 96],
  });
  const { training, remote, fit } = facts;
  const rows: [string, string | null][] = [
    ['name', facts.name],
    ['refused', facts.refused],
    ['made for', facts.families.map(({ label }) => label).join(' or ') || 'not recognised'],
    ['form', [...facts.forms, ...facts.dtypes, `${facts.keys.join(' and ')} keys`].join(', ')],
    ['rank', range(facts.ranks)],
    ['alpha', alphaText(facts)],
    ['strength', strengthText(facts.strength)],
    ['changes', modulesText(facts)],
    ['unknown keys', listed(facts.unknownKeys, mostIgnored)],
    ['trigger words', facts.triggerWords.join(', ') || null],
    ['frequent tags', facts.triggerWords.length > 0 ? null : tagsText(facts.frequentTags)],
    ['training', trainingText(training)],
    ['base model', [training.base, training.baseFile].filter(Boolean).join(', ') || null],
    ['made with', [training.software, training.date].filter(Boolean).join(', ') || null],
    ['size', facts.bytes === null ? null : `${(facts.bytes / 2 ** 20).toFixed(1)} MB`],
    ['download', remote === null ? null : downloadText(remote)],
    ['fits', fit === null ? null : fitText(fit)],
  ];
  for (const [name, value] of rows) if (value !== null) table.push([name, value]);
  return table.toString();
}

/** A few values one by one, many as their ends. */
function range(values: readonly number[]): string | null {
  const [first] = values;
  if (first === undefined) return null;
  return values.length <= 4 ? values.join(', ') : `${first} to ${values.at(-1)}`;
}

function alphaText({ alphas, strength }: Inspected): string | null {
  if (alphas === null) return 'stored in the file, which has to be downloaded to read it';
  if (alphas.length > 0) return `${range(alphas)}, in alpha tensors`;
  return strength.from.length > 0 || strength.problem !== null ? null : 'none: the rank counts as alpha';
}

function strengthText({ from, factors, warnings, problem }: Inspected['strength']): string | null {
  if (problem !== null) return problem;
  const written = from.filter((source) => source !== 'alpha tensors');
  const factor = `×${range(factors.map((one) => Number(one.toPrecision(4))))}`;
  const lines =
    written.length === 0 ? [] : [`${factor} from ${written.map((one) => sources[one]).join(', ')}`];
  return [...lines, ...warnings].join('\n') || null;
}

/** Where each is found. */
const sources: Record<StrengthSource, string> = {
  'alpha tensors': 'alpha tensors',
  'adapter_config.json': 'adapter_config.json beside it',
  lora_adapter_metadata: 'lora_adapter_metadata in its metadata',
  alpha: 'alpha in its metadata',
  ss_network_alpha: 'ss_network_alpha in its metadata',
};

function modulesText({ modules, components }: Inspected): string {
  const parts = Object.entries(components).map(([component, kinds]) => {
    const counted = Object.entries(kinds).toSorted(([, a], [, b]) => b - a);
    const names = counted.map(([kind, count]) => (count === 1 ? kind : `${kind} ×${count}`));
    return `${component}: ${listed(names, mostKinds)}`;
  });
  return `${modules} modules\n${parts.join('\n')}`;
}

function listed(names: readonly string[], most: number): string | null {
  if (names.length === 0) return null;
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function tagsText(tags: Inspected['frequentTags']): string | null {
  return tags.map(({ tag, count }) => `${tag} (${count})`).join(', ') || null;
}

function trainingText({ step, epoch, images, resolution }: Inspected['training']): string | null {
  const parts = [
    step === null ? '' : `step ${step}`,
    epoch === null ? '' : `epoch ${epoch}`,
    images === null ? '' : `${images} pictures`,
    resolution === null ? '' : `at ${resolution}`,
  ];
  return parts.filter(Boolean).join(', ') || null;
}

function downloadText({ isResumable, version }: NonNullable<Inspected['remote']>): string {
  const cut = isResumable
    ? 'goes on where it stopped when it is cut'
    : 'begins anew when it is cut: its host knows no ranges';
  const again = version === null ? '; is repeated for every request: its host gives no ETag and no date' : '';
  return `${cut}${again}`;
}

function fitText({ model, fits, problem, ignored, heldAgainst }: ModelFit): string {
  if (!fits) return `not ${model}: ${problem}`;
  const how =
    heldAgainst === 'weights'
      ? ''
      : ' by its names; which blocks the model has, and how wide they are, is known when its weights are on this machine';
  const without = ignored.map(({ key, why }) => `${key} (${why})`);
  return `${model}${how}${without.length === 0 ? '' : `\nwithout ${listed(without, mostIgnored)}`}`;
}
