/** Making a picture again. */
import { z } from 'zod';
import { grades } from '../../../pictures/compare/grade.ts';
import { verdicts } from '../../../replay/replay-task.ts';
import { storableText } from '../../kit/storable-text.ts';
import { recipeSchema } from './recipe-schema.ts';
import { progressSchema, statusSchema } from './response-schema.ts';

const url = z.string().meta({ format: 'uri' });
const picture = z.string().min(1);

export const replayBodySchema = z
  .object({
    file: picture
      .nullish()
      .meta({ description: 'The picture or video to make again: base64, or a data URL.' }),
    request_id: storableText(64)
      .nullish()
      .meta({ description: 'In place of `file`: the request that made it, with `index`.' }),
    index: z.int().min(0).nullish().meta({ description: 'Index of its prompt. Default 0.' }),
    pictures: z.array(picture).max(16).nullish().meta({
      description:
        'Control pictures, pictures to begin with and masks that it was made with, where they are not kept here: base64, or data URLs, in any order. Each is known by its pixels.',
    }),
  })
  .meta({ examples: [{ request_id: '01KB0T5M7Q8WZ3X9Y2R4V6N8PA', index: 0 }] });
export type ReplayBody = z.output<typeof replayBodySchema>;

export const figuresSchema = z
  .object({
    psnr: z.number().nullable().meta({ description: 'Peak signal-to-noise ratio in dB; null when equal.' }),
    ssim: z.number().meta({ description: 'Structural similarity of the luma, at most 1.' }),
    largest: z.int().meta({ description: 'Largest difference of one value, 0 to 255.' }),
    share: z.number().meta({ description: 'Share of the pixels that are off by more than 2.' }),
    hash_distance: z.int().meta({ description: 'Bits, of 64, that perceptual hashes differ in.' }),
  })
  .meta({ id: 'Figures', description: 'How far apart two pictures are.' });

export const replaySchema = z
  .object({
    replay_id: z.string(),
    status: statusSchema,
    verdict: z.enum(verdicts).nullable().meta({
      description:
        'Null until it is known. `same_file`: byte for byte. `same_pixels`. `rounding`: apart by no more than what another device or library does. `another_picture`. `cannot`: something is missing.',
    }),
    sentence: z.string().nullable().meta({ description: 'The verdict, for people.' }),
    grade: z
      .enum(grades)
      .nullable()
      .meta({ description: 'Of the comparison; docs/verify.md has the scale.' }),
    figures: figuresSchema.nullable(),
    same_environment: z.boolean().nullable().meta({
      description:
        'Whether device, versions and how weights are held are known to be the same: then the file has to be, too.',
    }),
    differences: z.array(
      z.object({
        field: z.string(),
        before: z.string().nullable(),
        after: z.string().nullable(),
        kind: z.enum(['picture', 'precision', 'environment']).meta({
          description:
            '`picture`: has to be equal. `precision`: changes values a little. `environment`: may differ.',
        }),
      }),
    ),
    missing: z.array(
      z.object({
        kind: z.enum(['recipe', 'model', 'checkpoint', 'lora', 'picture']),
        sha256: z.string().nullable(),
        what: z.string(),
        how: z.string().meta({ description: 'To get it.' }),
      }),
    ),
    original: z.object({
      sha256: z.string(),
      format: z.enum(['png', 'jpeg', 'webp', 'mp4']),
      request_id: z.string().nullable().meta({ description: 'That made it, where this server has.' }),
      index: z.int().nullable(),
      recipe: recipeSchema,
    }),
    request_id: z.string().nullable().meta({ description: 'Of the request that makes it again.' }),
    output_url: url.nullable().meta({ description: 'The new file, once it is made.' }),
    sha256: z.string().nullable().meta({ description: 'Of the new file.' }),
    progress: progressSchema.nullable(),
    status_url: url,
    events_url: url.meta({ description: 'Server-sent events of this replay.' }),
    cancel_url: url.meta({ description: 'POST here to cancel.' }),
    warnings: z.array(z.string()),
    error: z.string().nullable(),
    error_code: z.string().nullable(),
  })
  .meta({ description: 'How a replay stands, and what it has shown.' });
export type ReplayResponse = z.infer<typeof replaySchema>;
