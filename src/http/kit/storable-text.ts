import { z } from 'zod';

/** Text that the database and the tokenizers can hold: no NUL, no half of a surrogate pair. */
export const storableText = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), {
      error: 'has a NUL character or half of a surrogate pair in it, which cannot be stored',
    });
