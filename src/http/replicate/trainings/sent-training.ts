import { z } from 'zod';
import { sentRequest } from '../../kit/sent-request.ts';
import { webhookFilters } from '../sent-prediction.ts';

/** What is kept of a request for a training beside its plan. */
const sentTrainingSchema = z.object({
  /** `owner/name` of what trains, as the client knows it. */
  model: z.string(),
  version: z.string(),
  /** `owner/name` of what is trained. */
  destination: z.string(),
  input: z.record(z.string(), z.unknown()),
  events: z.array(z.enum(webhookFilters)),
});
export type SentTraining = z.output<typeof sentTrainingSchema>;

/** Without secrets and pictures. */
export const keptTraining = ({ input, ...rest }: SentTraining): unknown => ({
  ...rest,
  input: sentRequest(input) ?? {},
});

/** Null for what came by another API. */
export function readSentTraining(request: unknown): SentTraining | null {
  const read = sentTrainingSchema.safeParse(request);
  return read.success ? read.data : null;
}
