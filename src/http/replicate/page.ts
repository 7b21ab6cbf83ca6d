import { z } from 'zod';

/** A list as clients page through it: `next` is a whole URL. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ next: z.string().nullable(), previous: z.string().nullable(), results: z.array(item) });

/** Where everything is on one page. */
export const onlyPage = { next: null, previous: null };
