/** What the server's stream of events says, as far as the page reads it. */
import * as z from 'zod/mini';

const progress = z.object({
  phase: z.string(),
  prompt: z.nullable(z.number()),
  prompts: z.number(),
  step: z.number(),
  total: z.number(),
  fraction: z.number(),
  position: z.nullable(z.number()),
  eta_seconds: z.nullable(z.number()),
  loss: z.optional(z.number()),
});

const output = z.object({
  index: z.number(),
  format: z.string(),
  width: z.number(),
  height: z.number(),
  sha256: z.string(),
});

const bodies = {
  queued: z.object({ position: z.number() }),
  started: z.object({ attempt: z.number() }),
  progress,
  preview: z.object({
    prompt: z.number(),
    step: z.number(),
    image: z.string().check(z.startsWith('data:image/')),
  }),
  output: z.object({ image: z.nullable(output), video: z.nullable(output) }),
  warning: z.object({ message: z.string() }),
  ended: z.object({
    status: z.enum(['in_queue', 'in_progress', 'succeeded', 'failed', 'canceled']),
    error: z.nullable(z.string()),
    error_code: z.nullable(z.string()),
  }),
};

type Bodies = { [Name in keyof typeof bodies]: z.infer<(typeof bodies)[Name]> };
export type LiveProgress = Bodies['progress'];
export type LiveOutput = z.infer<typeof output>;
export type LiveEvent = {
  [Name in keyof Bodies]: { type: Name; request: string; body: Bodies[Name] };
}[keyof Bodies];

/** Names of the events that tell of a request. */
export const liveEventNames = [
  'queued',
  'started',
  'progress',
  'preview',
  'output',
  'warning',
  'ended',
] as const;

const about = z.object({ request_id: z.string() });

/** An event as it came, read; null for one that the page does not know. */
export function readLiveEvent(name: string, data: unknown): LiveEvent | null {
  const read = about.safeParse(data);
  if (!read.success) return null;
  const request = read.data.request_id;
  switch (name) {
    case 'queued':
      return made('queued', request, bodies.queued.safeParse(data).data);
    case 'started':
      return made('started', request, bodies.started.safeParse(data).data);
    case 'progress':
      return made('progress', request, bodies.progress.safeParse(data).data);
    case 'preview':
      return made('preview', request, bodies.preview.safeParse(data).data);
    case 'output':
      return made('output', request, bodies.output.safeParse(data).data);
    case 'warning':
      return made('warning', request, bodies.warning.safeParse(data).data);
    case 'ended':
      return made('ended', request, bodies.ended.safeParse(data).data);
    default:
      return null;
  }
}

function made<Name extends keyof Bodies>(type: Name, request: string, body: Bodies[Name] | undefined) {
  return body === undefined ? null : { type, request, body };
}
