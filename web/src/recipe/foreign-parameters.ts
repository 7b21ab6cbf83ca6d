/** Settings that other tools write into pictures as text, read as far as they mean something here. */
import type { Draft } from '../draft/draft.ts';

export interface ForeignSettings {
  prompt: string;
  values: Draft['values'];
  seed: number | null;
  /** Names of what is not used. */
  ignored: string[];
}

const numbers: Readonly<Record<string, string>> = { Steps: 'sample_steps', 'CFG scale': 'guidance_scale' };

/** Reads the `parameters` text of AUTOMATIC1111, Forge and those who write like them. */
export function readForeignParameters(text: string): ForeignSettings {
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => /^Steps: \d/.test(line.trim()));
  const facts = last < 0 ? [] : factsOf(lines.slice(last).join(' '));
  const words = last < 0 ? lines : lines.slice(0, last);
  const negativeAt = words.findIndex((line) => line.startsWith('Negative prompt:'));
  const prompt = words
    .slice(0, negativeAt < 0 ? undefined : negativeAt)
    .join('\n')
    .trim();
  const negative =
    negativeAt < 0 ? '' : words.slice(negativeAt).join('\n').replace('Negative prompt:', '').trim();
  const settings: ForeignSettings = {
    prompt: withoutTags(prompt),
    values: {},
    seed: null,
    ignored: tagsOf(prompt),
  };
  if (negative !== '') settings.values.neg = negative;
  for (const [name, value] of facts) take(settings, name, value);
  return settings;
}

function take(settings: ForeignSettings, name: string, value: string): void {
  const known = numbers[name];
  const size = /^(\d+)x(\d+)$/.exec(value);
  if (known !== undefined && Number.isFinite(Number(value))) settings.values[known] = Number(value);
  else if (name === 'Seed' && /^\d+$/.test(value)) settings.seed = Number(value);
  else if (name === 'Size' && size !== null)
    Object.assign(settings.values, { width: Number(size[1]), height: Number(size[2]) });
  else settings.ignored.push(name);
}

/** `Steps: 20, Sampler: "a, b", …`: a value may be quoted, and then hold commas. */
function factsOf(text: string): [string, string][] {
  return [...text.matchAll(/([A-Z][\w ]*): ("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, name = '', value = '']) => [
    name.trim(),
    value.trim().replace(/^"|"$/g, ''),
  ]);
}

/** `<lora:name:0.8>` is no text, and names a file of that tool. */
const tag = /<[a-z]+:[^>]+>/g;
const tagsOf = (prompt: string): string[] => prompt.match(tag) ?? [];
const withoutTags = (prompt: string): string => prompt.replace(tag, '').replace(/\s+,/g, ',').trim();
