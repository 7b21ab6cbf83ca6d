import { z } from 'zod';
import { jobStatuses, jobTypes } from './enums.ts';

export const jobSchema = z.object({
  jobId: z.string(),
  authorId: z.string().optional(),
  billing: z.object({ cuCost: z.number(), cuDiscount: z.number() }),
  createdAt: z.string(),
  jobType: z.enum(jobTypes),
  metadata: z.object({
    assetIds: z.array(z.string()).optional().meta({ description: 'What it has made so far.' }),
    error: z.string().optional().meta({ description: 'Why it failed.' }),
    hint: z.string().optional().meta({ description: 'What of the request was not used, and what it did.' }),
    input: z.record(z.string(), z.unknown()).optional().meta({ description: 'The request.' }),
    output: z.record(z.string(), z.unknown()).optional().meta({ description: 'Besides assets.' }),
  }),
  ownerId: z.string().optional(),
  progress: z.number().min(0).max(1),
  status: z.enum(jobStatuses),
  statusHistory: z.array(z.object({ date: z.string(), status: z.enum(jobStatuses) })),
  updatedAt: z.string(),
});
export type JobAnswer = z.input<typeof jobSchema>;

/** What is answered to a request for work. Nothing costs anything here. */
export const startedSchema = z.object({
  job: jobSchema,
  creativeUnitsCost: z.number(),
  creativeUnitsDiscount: z.number(),
});

export const costSchema = z.object({ creativeUnitsCost: z.number(), creativeUnitsDiscount: z.number() });
export const noCost = { creativeUnitsCost: 0, creativeUnitsDiscount: 0 };
