/** The bodies that the native API answers with. */
import { z } from 'zod';
import { errorCodes, isErrorCode } from '../../../errors/codes.ts';
import { jobPhases } from '../../../jobs/job-event.ts';
import type { RawNumber } from '../../../render/exact-json.ts';
import { acceptedExample, errorExample, resultExample, statusExample } from './response-examples.ts';

const time = z.string().meta({ format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] });
const requestId = z
  .string()
  .meta({ description: 'Id of the request.', examples: ['01KB0T5M7Q8WZ3X9Y2R4V6N8PA'] });
export const requestParams = z.object({
  request_id: z.string().meta({ description: 'The `request_id` that POST /v1/inference answered with.' }),
});
const url = z.string().meta({ format: 'uri' });
const warnings = z.array(z.string()).meta({ description: 'What was accepted but not used, and why.' });

const knownCodes = Object.keys(errorCodes).filter(isErrorCode);
const errorCodeSchema = z.enum(knownCodes).meta({ description: 'See docs/errors.md.' });

export const statusSchema = z.enum(['in_queue', 'in_progress', 'succeeded', 'failed', 'canceled']);

export const failure = {
  error: z.string().nullable().meta({ description: 'Why it failed, in a sentence. Null unless it did.' }),
  error_code: errorCodeSchema.nullable().meta({ description: 'The code of the error.' }),
  error_details: z.record(z.string(), z.unknown()).nullable().meta({ description: 'Facts about the error.' }),
};

export const acceptedSchema = z
  .object({
    request_id: requestId,
    status: z.literal('queued'),
    status_url: url,
    result_url: url,
    created_at: time,
    events_url: url.meta({ description: 'Server-sent events of this request.' }),
    cancel_url: url.meta({ description: 'POST here to cancel.' }),
    position: z.int().meta({ description: 'Place in the queue; 1 is next.' }),
    warnings,
  })
  .meta({
    description: 'Accepted and stored; it survives a restart of the server.',
    examples: [acceptedExample],
  });

export const progressSchema = z
  .object({
    phase: z.enum(jobPhases),
    prompt: z.int().nullable().meta({ description: 'Index of the prompt that is rendered.' }),
    prompts: z.int().meta({ description: 'How many prompts the request has.' }),
    step: z.int().meta({ description: 'Steps when denoising, bytes when downloading, parts otherwise.' }),
    total: z.int(),
    fraction: z.number().meta({ description: '0 to 1, over the whole request.' }),
    position: z.int().nullable().meta({ description: 'Place in the queue, while it is queued; 1 is next.' }),
    eta_seconds: z.number().nullable().meta({ description: 'Estimated seconds until it is finished.' }),
    loss: z.number().exactOptional().meta({ description: 'Of a training: the mean loss of its last steps.' }),
  })
  .meta({ description: 'How far it is; null when it has ended.' });

export const statusFields = {
  request_id: requestId,
  model: z.string().meta({ description: 'Model id.' }),
  status: statusSchema,
  created_at: time,
  started_at: time.nullable(),
  finished_at: time.nullable(),
  ...failure,
};

export const statusResponseSchema = z
  .object({
    ...statusFields,
    progress: progressSchema.nullable(),
    warnings,
  })
  .meta({ description: 'The state, and the progress.', examples: [statusExample] });

/** An integer of up to 64 bits. */
export const writtenInteger = z
  .custom<number | RawNumber>((value) => typeof value === 'number' || JSON.isRawJSON(value))
  .meta({ type: 'integer', format: 'int64' });

const outputFields = {
  index: z.int().meta({ description: 'Index of the prompt.' }),
  width: z.int(),
  height: z.int(),
  seed: writtenInteger,
  network_multipliers: z
    .array(z.number())
    .nullable()
    .meta({ description: 'Strength of each LoRA of the request here. Null in results of earlier versions.' }),
  file_path: z.string().meta({ description: 'Where the file is on the server.' }),
  url: url.meta({ description: 'Fetches the file; signed for a day where the server asks for keys.' }),
  bytes: z.int().meta({ description: 'Size of the file.' }),
  sha256: z.string().meta({ description: 'Hash of the file.' }),
};

const imageSchema = z.object({ format: z.enum(['jpeg', 'png', 'webp']), ...outputFields });
const videoSchema = z.object({
  format: z.literal('mp4'),
  ...outputFields,
  num_frames: z.int(),
  fps: z.number(),
});

const metadataSchema = z.object({
  model: z.string(),
  base_model: z.string().meta({ description: 'Repository of the base checkpoint.' }),
  revision: z.string().meta({ description: 'Its revision.' }),
  inference_time: z.number().nullable().meta({ description: 'Seconds of rendering, without loading.' }),
  timings: z.object({
    load_pipeline: z.number().nullable().meta({ description: 'Seconds of loading the base checkpoint.' }),
    apply_loras: z.number().nullable().meta({ description: 'Seconds of merging the LoRAs.' }),
    prompts: z.array(z.object({ index: z.int(), seconds: z.number() })),
  }),
  versions: z.record(z.string(), z.string()),
  loras: z.array(
    z.object({
      path: z.string(),
      sha256: z
        .string()
        .nullable()
        .meta({ description: 'Of the file; null until one by URL has been downloaded.' }),
      network_multiplier: z.number(),
    }),
  ),
});

export const resultResponseSchema = z
  .object({
    ...statusFields,
    outputs: z.object({ images: z.array(imageSchema), videos: z.array(videoSchema) }).meta({
      description: 'What is finished so far, in the order of the prompts.',
    }),
    metadata: metadataSchema,
    warnings,
  })
  .meta({ description: 'What is finished so far.', examples: [resultExample] });

export const listResponseSchema = z
  .object({
    requests: z.array(
      z.object({
        ...statusFields,
        prompts: z.int().meta({ description: 'How many prompts it has.' }),
        outputs: z.int().meta({ description: 'How many of them are finished.' }),
        status_url: url,
        result_url: url,
      }),
    ),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` for the next page; null at the end.' }),
  })
  .meta({ description: 'A page.' });

const errorSchema = z.object({
  code: errorCodeSchema,
  message: z.string().meta({ description: 'What was received, what is accepted, what to do.' }),
  details: z.record(z.string(), z.unknown()),
});

export const errorResponseSchema = z
  .object({
    error: errorSchema,
    detail: z
      .object({ ...errorSchema.shape, error: errorSchema })
      .meta({ description: 'The same again, where clients of the reference server look.' }),
  })
  .meta({ id: 'Error', description: 'What went wrong.', examples: [errorExample] });

export type StatusWord = z.infer<typeof statusSchema>;
export type AcceptedResponse = z.infer<typeof acceptedSchema>;
export type StatusResponse = z.infer<typeof statusResponseSchema>;
export type ResultResponse = z.infer<typeof resultResponseSchema>;
export type ListResponse = z.infer<typeof listResponseSchema>;
export type ProgressResponse = z.infer<typeof progressSchema>;
export type ErrorResponse = z.infer<typeof errorResponseSchema>;
export type ImageResponse = z.infer<typeof imageSchema>;
export type VideoResponse = z.infer<typeof videoSchema>;
