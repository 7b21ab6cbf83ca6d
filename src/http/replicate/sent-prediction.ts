import { z } from 'zod';
import { sentRequest } from '../kit/sent-request.ts';

export const webhookFilters = ['start', 'output', 'logs', 'completed'] as const;

/** What is kept of a request for a prediction beside its plan. */
const sentPredictionSchema = z.object({
  /** `owner/name`, as the client knows it. */
  model: z.string(),
  version: z.string(),
  input: z.record(z.string(), z.unknown()),
  /** Of the first picture. */
  seed: z.string(),
  /** Of each picture. */
  steps: z.int(),
  /** Whether its pictures are given as data instead of URLs. */
  inline: z.boolean(),
  events: z.array(z.enum(webhookFilters)),
  /** When it is canceled, if it has not ended by then. */
  deadline: z.string().exactOptional(),
  /** By which name its client knows it, where that is not ours. */
  clientId: z.string().exactOptional(),
});
export type SentPrediction = z.output<typeof sentPredictionSchema>;

/** Without secrets and pictures; an input that is too long is not kept. */
export const keptPrediction = ({ input, ...rest }: SentPrediction): unknown => ({
  ...rest,
  input: sentRequest(input) ?? {},
});

/** Null for what came by another API. */
export function readSentPrediction(request: unknown): SentPrediction | null {
  const read = sentPredictionSchema.safeParse(request);
  return read.success ? read.data : null;
}
