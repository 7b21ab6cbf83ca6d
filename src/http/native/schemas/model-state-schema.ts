/** What GET /v1/models/{id} says besides what stands in the list. */
import { z } from 'zod';

export const modelStateSchema = z.object({
  installed: z
    .boolean()
    .nullable()
    .meta({ description: 'Whether its files are on this machine; null where other machines render.' }),
  missing_bytes: z
    .int()
    .nullable()
    .meta({ description: 'About what has to be downloaded first: an estimate by its memory.' }),
  fits: z.boolean().nullable().meta({
    description: 'Whether the machine has the memory for it, offloading included; null when that is unknown.',
  }),
  loaded: z.boolean().meta({ description: 'Whether it is in memory.' }),
});
export type ModelState = z.infer<typeof modelStateSchema>;

export const modelFormSchema = z.record(z.string(), z.unknown()).meta({
  description:
    'A JSON Schema of what one picture is asked with: its properties are fields of POST /v1/inference, `loras` of the request and the others of a prompt. `x-hint` says how a field is drawn (prompt, text, picture, loras, size, number, seed, frames, choice, switch), and further `x-…` what that has to know.',
});
