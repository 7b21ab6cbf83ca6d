/** What differs between how a picture was made and how it is made now. */
import { isDeepStrictEqual } from 'node:util';
import type { Provenance } from '../files/encode/provenance.ts';
import type { Difference } from './replay-task.ts';

type Kind = Difference['kind'];

/** Fields that the older recipe does not have count as equal: earlier versions stored less. */
export function compareRecipes(then: Provenance, now: Provenance): Difference[] {
  const found: Difference[] = [];
  const compare = (kind: Kind, field: string, before: unknown, after: unknown): void => {
    if (before === undefined || isDeepStrictEqual(plain(before), plain(after))) return;
    found.push({ kind, field, before: shown(before), after: shown(after) });
  };
  compare('picture', 'model', then.model, now.model);
  compare('picture', 'checkpoint', then.checkpoint.repository, now.checkpoint.repository);
  found.push(...commits(then, now), ...loras(then, now));
  for (const field of plainFields) compare('picture', field, then[field], now[field]);
  compare('picture', 'num_frames', then.num_frames, now.num_frames);
  compare('picture', 'fps', then.fps, now.fps);
  compare('picture', 'tiled_decoding', then.tiled_decoding ?? false, now.tiled_decoding ?? false);
  compare('picture', 'scheduler', then.scheduler ?? null, now.scheduler ?? null);
  compare('picture', 'scheduler_config', then.scheduler_config, now.scheduler_config);
  compare('picture', 'pipeline', then.pipeline ?? null, now.pipeline ?? null);
  found.push(...entries('arguments', then.arguments, now.arguments));
  found.push(
    ...entries('pictures', then.images, now.images),
    ...entries('resized', then.resized, now.resized),
  );
  compare('precision', 'dtype', then.dtype, now.dtype);
  compare('precision', 'quantization', then.quantization, now.quantization);
  compare('environment', 'device', then.device, now.device);
  compare('environment', 'darkroom', then.darkroom, now.darkroom);
  found.push(...entries('versions', then.versions, now.versions, 'environment'));
  compare('environment', 'file', then.output, now.output);
  return found;
}

const plainFields = [
  'prompt',
  'negative_prompt',
  'seed',
  'steps',
  'guidance_scale',
  'width',
  'height',
] as const;

/** A commit and a hash of a folder cannot be held against each other. */
function commits(then: Provenance, now: Provenance): Difference[] {
  const isFolder = (text: string): boolean => text.startsWith('files:');
  return Object.entries(then.commits ?? {}).flatMap(([repository, before]): Difference[] => {
    const after = now.commits?.[repository];
    if (after === undefined || after === before || isFolder(after) !== isFolder(before)) return [];
    return [{ kind: 'picture', field: `commit of ${repository}`, before: before, after: after }];
  });
}

function loras(then: Provenance, now: Provenance): Difference[] {
  if (then.loras.length !== now.loras.length)
    return [
      { kind: 'picture', field: 'loras', before: shown(then.loras.length), after: shown(now.loras.length) },
    ];
  return then.loras.flatMap((before, index): Difference[] => {
    const after = now.loras[index];
    const named = `lora ${index + 1}`;
    const differs = (field: string, one: unknown, other: unknown): Difference[] =>
      one === undefined || one === other
        ? []
        : [{ kind: 'picture', field: `${field} of ${named}`, before: shown(one), after: shown(other) }];
    return [
      ...differs('file', before.sha256, after?.sha256),
      ...differs('strength', before.scale, after?.scale),
      ...differs('component', before.component, after?.component),
    ];
  });
}

function entries(
  field: string,
  then: Record<string, unknown> | undefined,
  now: Record<string, unknown> = {},
  kind: Kind = 'picture',
): Difference[] {
  if (then === undefined) return [];
  return [...new Set([...Object.keys(then), ...Object.keys(now)])].flatMap((name): Difference[] =>
    isDeepStrictEqual(plain(then[name]), plain(now[name]))
      ? []
      : [{ kind, field: `${field}.${name}`, before: shown(then[name]), after: shown(now[name]) }],
  );
}

/** Numbers come back from JSON as they were, large integers as bigints. */
const plain = (value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

const longest = 200;

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
}

/** Whether all that may change values without changing the picture is known to be the same: then the file has to be. */
export function isSameEnvironment(then: Provenance, differences: readonly Difference[]): boolean {
  return (
    (then.recipe_version ?? 1) >= 2 &&
    then.device != null &&
    differences.every(({ kind }) => kind === 'picture')
  );
}
