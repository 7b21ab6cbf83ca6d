/** What an import is asked to do, as it is stored with its job. */
import { z } from 'zod';
import { privacies } from '../../database/registry-schema.ts';
import type { JobFacts } from '../../jobs/job-kind.ts';

const sourceSchema = z.discriminatedUnion('kind', [
  /** A LoRA file or the folder of an ai-toolkit job, on the machine that runs the import. */
  z.strictObject({ kind: z.literal('path'), path: z.string() }),
  /** A URL or `hf:owner/repo[/file]`. */
  z.strictObject({ kind: z.literal('remote'), path: z.string() }),
  /** A file that was uploaded before. */
  z.strictObject({ kind: z.literal('upload'), sha256: z.string(), name: z.string() }),
]);

export const importTaskSchema = z.strictObject({
  /** Id that the model gets, or has already. */
  model: z.string(),
  /** Whether it has to be there. */
  isKnown: z.boolean(),
  asker: z.strictObject({ project: z.string(), keyId: z.string().nullable(), seesAll: z.boolean() }),
  source: sourceSchema,
  /** Null: what the source says. */
  name: z.string().nullable(),
  slug: z.string().nullable(),
  base: z.string().nullable(),
  trigger: z.string().nullable(),
  privacy: z.enum(privacies),
  description: z.string(),
  tags: z.array(z.string()),
  /** Whether the training set that a folder's configuration names is taken too, where it can be read. */
  dataset: z.boolean(),
});
export type ImportTask = z.infer<typeof importTaskSchema>;
export type ImportSource = ImportTask['source'];

export const importResultSchema = z.strictObject({
  model: z.string(),
  version: z.string(),
  /** Epochs that were added, and previews with them. */
  epochs: z.int(),
  samples: z.int(),
  images: z.int(),
  /** Whether a folder's training has ended: more epochs may come otherwise. */
  isFinished: z.boolean(),
});
export type ImportResult = z.infer<typeof importResultSchema>;

/** What clients are told of an import as a job: nothing is rendered by one. */
export const importFacts = ({ source }: ImportTask, result: ImportResult | null): JobFacts => ({
  checkpoint: { repository: source.kind === 'upload' ? source.name : source.path, revision: '' },
  loras: [],
  timings: null,
  versions: {},
  ...(result === null ? {} : { made: { model: result.model, version: result.version } }),
});
