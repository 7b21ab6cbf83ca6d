/** What a replay is asked to do and what comes of it, as they are stored with its job. */
import { z } from 'zod';
import type { JobFacts } from '../jobs/job-kind.ts';
import { grades } from '../pictures/compare/grade.ts';

export const verdicts = ['same_file', 'same_pixels', 'rounding', 'another_picture', 'cannot'] as const;

export const originalSchema = z.strictObject({
  sha256: z.string(),
  format: z.enum(['png', 'jpeg', 'webp', 'mp4']),
  /** The output of this server that it is. */
  output: z.strictObject({ job: z.string(), index: z.int() }).nullable(),
});

export const replayTaskSchema = z.strictObject({
  asker: z.strictObject({ project: z.string(), keyId: z.string().nullable(), seesAll: z.boolean() }),
  dialect: z.string(),
  original: originalSchema,
  /** JSON of a `Provenance`: it may hold numbers that JavaScript rounds. */
  recipe: z.string(),
  output: z.strictObject({ format: z.enum(['jpeg', 'png', 'webp']), quality: z.number() }),
  /** SHA-256 of the pictures that it is made with, which came with the request or were there. */
  pictures: z.array(z.string()),
  /** The request that renders, once there is one. */
  child: z.string().nullable(),
});
export type ReplayTask = z.infer<typeof replayTaskSchema>;

const differenceSchema = z.strictObject({
  field: z.string(),
  /** As the file says, and as it is here; null where one does not say. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** `picture`: it has to be equal. `precision`: how weights are held, which changes values a little. `environment`: it may differ. */
  kind: z.enum(['picture', 'precision', 'environment']),
});
export type Difference = z.infer<typeof differenceSchema>;

const missingSchema = z.strictObject({
  kind: z.enum(['recipe', 'model', 'checkpoint', 'lora', 'picture']),
  sha256: z.string().nullable(),
  /** What is missing, and how to get it: two sentences. */
  what: z.string(),
  how: z.string(),
});
export type Missing = z.infer<typeof missingSchema>;

export const figuresSchema = z.strictObject({
  psnr: z.number().nullable(),
  ssim: z.number(),
  largest: z.number(),
  share: z.number(),
  hashDistance: z.int(),
});

export const replayResultSchema = z.strictObject({
  verdict: z.enum(verdicts),
  grade: z.enum(grades).nullable(),
  /** SHA-256 of the file that was made. */
  sha256: z.string().nullable(),
  figures: figuresSchema.nullable(),
  differences: z.array(differenceSchema),
  missing: z.array(missingSchema),
  /** Device, versions and how weights are held are all known and the same: then the file has to be. */
  isSameEnvironment: z.boolean(),
});
export type ReplayResult = z.infer<typeof replayResultSchema>;

/** What clients are told of a replay as a job: what is rendered, its request tells. */
export const replayFacts = (): JobFacts => ({
  checkpoint: { repository: '', revision: '' },
  loras: [],
  timings: null,
  versions: {},
});
