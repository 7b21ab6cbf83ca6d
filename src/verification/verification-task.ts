/** What a verification is asked to do and what comes of it, as they are stored with its job. */
import { z } from 'zod';
import type { JobFacts } from '../jobs/job-kind.ts';
import { grades } from '../pictures/compare/grade.ts';
import { figuresSchema } from '../replay/replay-task.ts';

export const explanations = ['off', 'quick', 'full'] as const;

export const verificationTaskSchema = z.strictObject({
  asker: z.strictObject({ project: z.string(), keyId: z.string().nullable(), seesAll: z.boolean() }),
  dialect: z.string(),
  source: z.discriminatedUnion('kind', [
    /** The folder of a job, on the machine that runs the verification. */
    z.strictObject({ kind: z.literal('folder'), path: z.string() }),
    /** A training of this server, by its id. */
    z.strictObject({ kind: z.literal('training'), id: z.string() }),
  ]),
  steps: z.union([z.literal('all'), z.literal('last'), z.array(z.int())]),
  /** Indexes; null: all. */
  prompts: z.array(z.int()).nullable(),
  /** Id of the base model; null: what the job says. */
  model: z.string().nullable(),
  explain: z.enum(explanations),
  /** In dB; null: the usual bar. */
  minPsnr: z.number().nullable(),
});
export type VerificationTask = z.infer<typeof verificationTaskSchema>;

const pairSchema = z.strictObject({
  step: z.int(),
  index: z.int(),
  prompt: z.string(),
  seed: z.union([z.int(), z.string()]),
  /** What else it was rendered with, for people: `guidance 4`. */
  settings: z.string(),
  /** File of theirs. */
  file: z.string(),
  grade: z.enum(grades),
  isPass: z.boolean(),
  /** Null where the sizes differ, or ours could not be rendered. */
  figures: figuresSchema.nullable(),
  /** Why there are none. */
  problem: z.string().nullable(),
  /** The request and output that is ours. */
  ours: z.strictObject({ job: z.string(), index: z.int() }).nullable(),
});
export type Pair = z.infer<typeof pairSchema>;

const causeSchema = z.strictObject({
  knob: z.string(),
  /** As the job says, and as the previews were made. */
  configured: z.string(),
  found: z.string(),
  /** Of how many pictures that were tried it lifted the grade. */
  lifted: z.int(),
  tried: z.int(),
  /** Mean PSNR in dB before and after, at most 99 for equal pictures; null before where the sizes differ. */
  before: z.number().nullable(),
  after: z.number(),
  sentence: z.string(),
});
export type Cause = z.infer<typeof causeSchema>;

export const verificationResultSchema = z.strictObject({
  verdict: z.enum(['passed', 'failed', 'nothing_comparable', 'cannot_render']),
  name: z.string(),
  model: z.string(),
  bar: z.string(),
  pairs: z.array(pairSchema),
  skipped: z.array(
    z.strictObject({ step: z.int().nullable(), index: z.int().nullable(), reason: z.string() }),
  ),
  causes: z.array(causeSchema),
  /** What was tried and is not the cause. */
  ruledOut: z.array(z.string()),
  /** What was found out besides, and what limits the comparison. */
  notes: z.array(z.string()),
  renders: z.int(),
  versions: z.record(z.string(), z.string()),
  device: z.string().nullable(),
  /** SHA-256 of each LoRA file, by its step. */
  loras: z.array(z.strictObject({ step: z.int(), name: z.string(), sha256: z.string() })),
});
export type VerificationResult = z.infer<typeof verificationResultSchema>;

export const verificationFacts = (): JobFacts => ({
  checkpoint: { repository: '', revision: '' },
  loras: [],
  timings: null,
  versions: {},
});
