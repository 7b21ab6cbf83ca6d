import type { DialectParts } from '../dialect.ts';
import type { ServedModel } from './served-model.ts';

/** Renders that are kept of each model, by the id of its record: of a base model all, of a LoRA those with one of its files. */
export async function runCounts(
  models: readonly ServedModel[],
  { jobs }: Pick<DialectParts, 'jobs'>,
): Promise<Map<string, number>> {
  const named = models.map((model) => ({ id: model.record.id, names: namesOf(model) }));
  const isBase = new Set(models.flatMap(({ record, entry }) => (record.isBase ? [entry.id] : [])));
  const names = named.flatMap((model) => model.names);
  const runs = await jobs.runs('render', {
    models: names.filter((name) => isBase.has(name)),
    files: names.filter((name) => !isBase.has(name)),
  });
  return new Map(
    named.map(({ id, names: own }) => [id, own.reduce((sum, name) => sum + (runs.get(name) ?? 0), 0)]),
  );
}

function namesOf({ record, entry, versions }: ServedModel): string[] {
  if (record.isBase) return [entry.id];
  const epochs = versions.flatMap(({ lora }) => lora?.epochs ?? []);
  return [...new Set(epochs.flatMap(({ files }) => files.map(({ sha256 }) => sha256)))];
}
