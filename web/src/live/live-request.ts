/** What is known of a request that runs: the sum of its events. Pure, so that all tabs come to the same. */
import type { LiveEvent, LiveOutput, LiveProgress } from './live-event.ts';

export interface LiveRequest {
  id: string;
  status: 'in_queue' | 'in_progress' | 'succeeded' | 'failed' | 'canceled';
  /** Place in the queue; 1 is next. */
  position: number | null;
  progress: LiveProgress | null;
  /** The newest preview of each prompt that has no output yet, as data URLs. */
  previews: Readonly<Record<number, string>>;
  outputs: readonly LiveOutput[];
  warnings: readonly string[];
  error: { message: string; code: string } | null;
  /** The person has asked for it to stop, and it has not yet. */
  stopping: boolean;
}

export const newLiveRequest = (id: string): LiveRequest => ({
  id,
  status: 'in_queue',
  position: null,
  progress: null,
  previews: {},
  outputs: [],
  warnings: [],
  error: null,
  stopping: false,
});

export const hasEnded = ({ status }: Pick<LiveRequest, 'status'>): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'canceled';

/** The request after one more event. */
export function afterEvent(before: LiveRequest, event: LiveEvent): LiveRequest {
  switch (event.type) {
    case 'queued':
      return { ...before, status: 'in_queue', position: event.body.position };
    case 'started':
      return { ...before, status: 'in_progress', position: null };
    case 'progress':
      return {
        ...before,
        progress: event.body,
        position: event.body.position,
        status: event.body.phase === 'queued' ? before.status : 'in_progress',
      };
    case 'preview':
      return before.outputs.some(({ index }) => index === event.body.prompt)
        ? before
        : { ...before, previews: { ...before.previews, [event.body.prompt]: event.body.image } };
    case 'output':
      return withOutput(before, event.body.image ?? event.body.video);
    case 'warning':
      return before.warnings.includes(event.body.message)
        ? before
        : { ...before, warnings: [...before.warnings, event.body.message] };
    case 'ended':
      return {
        ...before,
        status: event.body.status,
        progress: null,
        position: null,
        stopping: false,
        error:
          event.body.error === null
            ? null
            : { message: event.body.error, code: event.body.error_code ?? 'FAILED' },
      };
  }
}

function withOutput(before: LiveRequest, output: LiveOutput | null): LiveRequest {
  if (output === null) return before;
  const others = before.outputs.filter(({ index }) => index !== output.index);
  return { ...before, outputs: [...others, output].sort((a, b) => a.index - b.index) };
}

const phases: Readonly<Record<string, string>> = {
  queued: 'Waiting',
  held: 'Waiting for memory',
  downloading: 'Downloading',
  loading: 'Loading the model',
  adapters: 'Applying LoRAs',
  encoding: 'Reading the prompt',
  denoising: 'Step',
  decoding: 'Decoding',
  saving: 'Saving',
  caching_text: 'Reading captions',
  caching_images: 'Reading pictures',
  training: 'Step',
  sampling: 'Rendering samples',
};

/** What a phase is called, without its figures. */
export const phaseWord = (phase: string): string => phases[phase] ?? phase;

/** What it is at, in words. */
export function phaseText({ status, position, progress, stopping }: LiveRequest): string {
  if (stopping) return 'Stopping after this step';
  if (status === 'in_queue')
    return position === null || position <= 1 ? 'Next in the queue' : `${position - 1} before it`;
  if (progress === null) return 'Starting';
  const { phase, step, total } = progress;
  if (phase === 'downloading' && total > 0) return `Downloading ${gigabytes(step)} of ${gigabytes(total)} GB`;
  if ((phase === 'denoising' || phase === 'training') && total > 0) return `Step ${step} of ${total}`;
  return phaseWord(phase);
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

/** Time that is left, roughly: a figure that jumps at every step tells nobody anything. */
export function etaText(seconds: number | null): string | null {
  if (seconds === null) return null;
  if (seconds < 3) return 'a moment';
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} s`;
  if (seconds < 3600) return `about ${Math.ceil(seconds / 60)} min`;
  return `about ${(seconds / 3600).toFixed(1)} h`;
}
