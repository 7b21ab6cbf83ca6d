import type { TrainOutcome } from '../../../engines/engine.ts';
import { withoutFolders } from '../../../python/child/process-end.ts';
import { redactSecrets } from '../../../security/redact.ts';
import type { JobStanding } from './job-row.ts';

export interface SeenEnd {
  standing: JobStanding;
  /** Null where it cannot be known. */
  end: { code: number | null; signal: NodeJS.Signals | null } | null;
  /** The end of what it has printed. */
  log: string;
}

const shownLines = 3;

/**
 * What an end without the last file means: an error of its own fails the training, and a process that died without a word may be
 * started again from its newest file.
 */
export function toolkitEnd({ standing, end, log }: SeenEnd): TrainOutcome {
  const words = lastWords(log);
  const hasFailed = standing.status === 'error' || (end !== null && end.signal === null && end.code !== 0);
  if (standing.status === 'stopped' && !hasFailed) return { kind: 'canceled' };
  const why = standing.status === 'error' && standing.info !== '' ? shownText(standing.info) : words;
  if (!hasFailed) {
    const how = end?.signal === undefined || end.signal === null ? 'ended' : `was ended by ${end.signal}`;
    return { kind: 'crashed', message: `ai-toolkit ${how} without its last file. Its last words: ${words}` };
  }
  const all = `${standing.info}\n${log.slice(-4_000)}`;
  if (/out of memory/i.test(all))
    return {
      kind: 'failed',
      code: 'OUT_OF_MEMORY',
      retryable: false,
      message: `The device ran out of memory: ${why} Train at smaller resolutions, or with a smaller batch.`,
    };
  if (/no space left on device/i.test(all))
    return {
      kind: 'failed',
      code: 'STORAGE_FULL',
      retryable: true,
      message: 'The disk is full. The epochs before are kept: free some space, and start the training again.',
    };
  return {
    kind: 'failed',
    code: 'TRAINING_FAILED',
    retryable: false,
    message: `ai-toolkit failed: ${why}`,
  };
}

function lastWords(log: string): string {
  const lines = log
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[=*#]+$/.test(line));
  return shownText(lines.slice(-shownLines).join(' | ') || 'none');
}

const shownText = (text: string): string => redactSecrets(withoutFolders(text)).slice(0, 600);
