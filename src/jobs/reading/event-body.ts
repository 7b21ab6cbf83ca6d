/** Events as they come out of the database, checked before the rest of Darkroom trusts them. */
import { z } from 'zod';
import { sentenceSchema } from '../../errors/sentence.ts';
import { jobOutputSchema, jobStates } from '../job.ts';
import { jobPhases } from '../job-event.ts';
import { errorBodySchema } from '../job-row.ts';

export const jobProgressSchema = z.object({
  phase: z.enum(jobPhases),
  call: z.int().nullable(),
  calls: z.int(),
  step: z.int(),
  total: z.int(),
  fraction: z.number(),
  etaSeconds: z.number().nullable(),
  loss: z.number().exactOptional(),
});

export const eventBodySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('queued'), position: z.int() }),
  z.object({ type: z.literal('started'), attempt: z.int() }),
  z.object({ type: z.literal('progress'), progress: jobProgressSchema }),
  z.object({
    type: z.literal('preview'),
    call: z.int(),
    step: z.int(),
    width: z.int(),
    height: z.int(),
    image: z.string(),
  }),
  z.object({ type: z.literal('output'), output: jobOutputSchema }),
  z.object({ type: z.literal('warning'), message: sentenceSchema }),
  z.object({ type: z.literal('held') }),
  z.object({
    type: z.literal('epoch'),
    epoch: z.object({ number: z.int(), step: z.int(), loss: z.number().nullable() }),
  }),
  z.object({
    type: z.literal('ended'),
    state: z.enum(jobStates),
    error: errorBodySchema.nullable(),
  }),
]);
