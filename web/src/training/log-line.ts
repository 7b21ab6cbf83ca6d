/** Events of a training as lines of a log. */
import * as z from 'zod/mini';
import { phaseWord } from '../live/live-request.ts';

export interface LogLine {
  /** Of the event. */
  id: string;
  at: string;
  text: string;
  look: 'plain' | 'warn' | 'bad' | 'good';
}

export const trainingEventNames = [
  'queued',
  'started',
  'progress',
  'warning',
  'epoch',
  'held',
  'ended',
] as const;
type EventName = (typeof trainingEventNames)[number];

const at = z.object({ at: z.string() });
const progress = z.object({
  phase: z.string(),
  step: z.number(),
  total: z.number(),
  loss: z.optional(z.nullable(z.number())),
});
const epoch = z.object({ number: z.number(), step: z.number(), loss: z.nullable(z.number()) });
const warning = z.object({ message: z.string() });
const ended = z.object({
  status: z.string(),
  error: z.nullable(z.string()),
  error_code: z.nullable(z.string()),
});
const started = z.object({ attempt: z.number() });

/** Null for an event of another version. */
export function logLine(name: EventName, data: unknown, id: string): LogLine | null {
  const when = at.safeParse(data).data?.at;
  const said = when === undefined ? null : textOf(name, data);
  return when === undefined || said === null ? null : { id, at: when, look: 'plain', ...said };
}

type Said = Pick<LogLine, 'text'> & Partial<Pick<LogLine, 'look'>>;

function textOf(name: EventName, data: unknown): Said | null {
  switch (name) {
    case 'queued':
      return { text: 'Waits for the device' };
    case 'held':
      return { text: 'Paused' };
    case 'started':
      return said(started, data, ({ attempt }) => ({
        text: attempt > 1 ? `Started again (attempt ${attempt})` : 'Started',
      }));
    case 'warning':
      return said(warning, data, ({ message }) => ({ text: message, look: 'warn' }));
    case 'epoch':
      return said(epoch, data, ({ number, step, loss }) => ({
        text: `Epoch ${number} kept, step ${step}${lossText(loss)}`,
        look: 'good',
      }));
    case 'ended':
      return said(ended, data, ({ status, error, error_code: code }) =>
        error === null
          ? {
              text: status === 'succeeded' ? 'Done' : status,
              look: status === 'succeeded' ? 'good' : 'plain',
            }
          : { text: `${error} ${code ?? ''}`, look: 'bad' },
      );
    case 'progress':
      return said(progress, data, ({ phase, step, total, loss }) => ({
        text: `${phaseWord(phase)}${total > 0 ? ` ${step} of ${total}` : ''}${lossText(loss ?? null)}`,
      }));
  }
}

function said<Schema extends z.ZodMiniType>(
  schema: Schema,
  data: unknown,
  tell: (read: z.infer<Schema>) => Said,
): Said | null {
  const read = schema.safeParse(data);
  return read.success ? tell(read.data) : null;
}

const lossText = (loss: number | null): string => (loss === null ? '' : `, loss ${loss.toFixed(4)}`);
