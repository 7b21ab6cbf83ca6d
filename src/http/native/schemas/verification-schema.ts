/** Holding the previews of a training against what is rendered with its LoRAs. */
import { z } from 'zod';
import { grades } from '../../../pictures/compare/grade.ts';
import { explanations } from '../../../verification/verification-task.ts';
import { storableText } from '../../kit/storable-text.ts';
import { figuresSchema } from './replay-schema.ts';
import { progressSchema, statusSchema } from './response-schema.ts';

const url = z.string().meta({ format: 'uri' });
const step = z.int().min(0).max(999_999_999_999);

export const verificationBodySchema = z
  .object({
    folder: storableText(4096)
      .min(1)
      .nullish()
      .meta({ description: 'The folder of a job of ai-toolkit, on the server. Takes an admin key.' }),
    training: storableText(64)
      .min(1)
      .nullish()
      .meta({ description: 'In place of `folder`: the `training_id` of a training of this server.' }),
    steps: z
      .union([z.enum(['all', 'last']), z.array(step).min(1).max(1000)])
      .nullish()
      .meta({ description: 'Steps whose previews are verified. Default `all`.', examples: ['last'] }),
    prompts: z
      .array(z.int().min(0).max(100_000))
      .min(1)
      .max(1000)
      .nullish()
      .meta({ description: 'Indexes of prompts. Default: all.' }),
    model: storableText(200)
      .min(1)
      .nullish()
      .meta({ description: 'Model id, where the configuration does not name one.' }),
    explain: z.enum(explanations).nullish().meta({
      description:
        '`quick` (the default): what differs is looked for with up to 12 renders. `full`: with up to 240. `off`: not.',
    }),
    min_psnr: z
      .number()
      .min(0)
      .max(99)
      .nullish()
      .meta({ description: 'In dB: what passes, in place of the usual bar.' }),
  })
  .meta({ examples: [{ folder: '/data/output/my_lora', steps: 'last' }] });
export type VerificationBody = z.output<typeof verificationBodySchema>;

const pairSchema = z.object({
  step: z.int(),
  index: z.int().meta({ description: 'Of the prompt.' }),
  prompt: z.string(),
  settings: z.string().meta({ description: 'What ours was rendered with, for people.' }),
  file: z.string().meta({ description: 'Name of their file.' }),
  grade: z.enum(grades),
  passed: z.boolean(),
  figures: figuresSchema.nullable(),
  problem: z.string().nullable().meta({ description: 'Why there are no figures.' }),
  request_id: z.string().nullable().meta({ description: 'Of the request that rendered ours.' }),
  output_index: z.int().nullable(),
  pictures: z
    .object({ theirs: url, ours: url, difference: url.nullable() })
    .nullable()
    .meta({ description: 'Small ones; the difference is eight times what it is.' }),
});

export const verificationSchema = z
  .object({
    verification_id: z.string(),
    status: statusSchema,
    verdict: z
      .enum(['passed', 'failed', 'nothing_comparable', 'cannot_render'])
      .nullable()
      .meta({ description: 'Null until it is known.' }),
    name: z.string().nullable().meta({ description: 'Of the job.' }),
    model: z.string(),
    source: z.object({ folder: z.string().nullable(), training: z.string().nullable() }),
    bar: z.string().nullable().meta({ description: 'What passes, for people.' }),
    pairs: z.array(pairSchema),
    skipped: z.array(z.object({ step: z.int().nullable(), index: z.int().nullable(), reason: z.string() })),
    causes: z.array(
      z.object({
        knob: z.string().meta({ examples: ['guidance'] }),
        configured: z.string().meta({ description: 'As the job says.' }),
        found: z.string().meta({ description: 'As the previews were made.' }),
        lifted: z.int().meta({ description: 'Of how many pictures that alone lifted the grade.' }),
        tried: z.int().meta({ description: 'On how many it was tried.' }),
        before: z
          .number()
          .nullable()
          .meta({ description: 'Mean PSNR in dB before; null where sizes differ.' }),
        after: z.number(),
        sentence: z.string(),
      }),
    ),
    ruled_out: z.array(z.string()),
    notes: z.array(z.string()),
    renders: z.int().nullable(),
    device: z.string().nullable(),
    versions: z.record(z.string(), z.string()),
    loras: z.array(z.object({ step: z.int(), name: z.string(), sha256: z.string() })),
    report_url: url.nullable().meta({ description: 'A page that stands alone, once there is one.' }),
    progress: progressSchema.nullable(),
    status_url: url,
    events_url: url.meta({ description: 'Server-sent events of this verification.' }),
    cancel_url: url.meta({ description: 'POST here to cancel.' }),
    created_at: z.string().meta({ format: 'date-time' }),
    warnings: z.array(z.string()),
    error: z.string().nullable(),
    error_code: z.string().nullable(),
  })
  .meta({ description: 'How a verification stands, and what it has shown.' });
export type VerificationResponse = z.infer<typeof verificationSchema>;
