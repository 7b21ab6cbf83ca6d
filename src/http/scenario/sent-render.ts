import { z } from 'zod';
import { sentRequest } from '../kit/sent-request.ts';
import { modelTypeNames } from './schema/enums.ts';

/** What is kept of a request for pictures, beside its plan: the route that it came by, and what it named. */
const sentRenderSchema = z.object({
  route: z.enum(['custom', 'txt2img']),
  modelId: z.string(),
  modelType: z.enum(modelTypeNames).optional(),
  /** Leave its pictures out of lists. */
  hidden: z.boolean(),
  body: z.record(z.string(), z.unknown()),
});
export type SentRender = z.output<typeof sentRenderSchema>;

/** The body without secrets and pictures; one that is too long is not kept. */
export const keptRender = ({ body, ...rest }: SentRender): unknown => ({
  ...rest,
  body: sentRequest(body) ?? {},
});

/** Null for what came by another API, or in an earlier version. */
export function readSentRender(request: unknown): SentRender | null {
  const read = sentRenderSchema.safeParse(request);
  return read.success ? read.data : null;
}
