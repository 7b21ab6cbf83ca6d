/** States of jobs in native's words, and back. */
import { assertNever } from '../../errors/assert-never.ts';
import type { JobState } from '../../jobs/job.ts';
import type { StatusWord } from './schemas/response-schema.ts';

export function statusWord(state: JobState): StatusWord {
  switch (state) {
    case 'queued':
    case 'held':
      return 'in_queue';
    case 'running':
      return 'in_progress';
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return state;
    default:
      return assertNever(state);
  }
}

export function jobState(word: StatusWord): JobState {
  switch (word) {
    case 'in_queue':
      return 'queued';
    case 'in_progress':
      return 'running';
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return word;
    default:
      return assertNever(word);
  }
}
