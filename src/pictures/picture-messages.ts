/** What the process that decodes pictures is told and what it answers: one of each for a picture, in order. */
import { z } from 'zod';
import { sentenceSchema } from '../errors/sentence.ts';

export const pictureTaskSchema = z.strictObject({
  /** The picture as it was sent. */
  file: z.string(),
  /** Where `<sha256>.png` is written. */
  folder: z.string(),
  maximumPixels: z.int(),
  orientation: z.enum(['upright', 'as_stored']),
  /** What becomes of transparent parts. */
  transparency: z.enum(['over_white', 'kept']),
  /** The process ends when it comes to use more. */
  memoryBytes: z.int(),
});
export type PictureTask = z.infer<typeof pictureTaskSchema>;

export const pictureAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('done'),
    /** Of the PNG: what the picture is known by from here on. */
    sha256: z.string(),
    width: z.int(),
    height: z.int(),
    warnings: z.array(sentenceSchema),
  }),
  z.strictObject({ kind: z.literal('refused'), why: z.string() }),
  /** Not because of the picture. */
  z.strictObject({ kind: z.literal('failed'), message: z.string(), code: z.string().nullable() }),
]);
export type PictureAnswer = z.infer<typeof pictureAnswerSchema>;

/** Exit code of a process that a picture made too large. */
export const tooMuchMemory = 77;
