import type { Catalog } from '../../catalog/load-catalog.ts';
import { assertNever } from '../../errors/assert-never.ts';
import { parseProvenance } from '../../files/encode/provenance.ts';
import type { Job } from '../../jobs/job.ts';
import type { JobStatus } from '../../jobs/reading/read-statuses.ts';
import type { Figures } from '../../pictures/compare/figures.ts';
import { type ReplayResult, replayResultSchema, replayTaskSchema } from '../../replay/replay-task.ts';
import type { Links } from '../kit/links.ts';
import { inNative } from './names.ts';
import { recipeResponse } from './recipe.ts';
import { progressResponse } from './response.ts';
import type { ReplayResponse } from './schemas/replay-schema.ts';
import { statusWord } from './status-word.ts';

/** `result`: of a job that has succeeded, as it is stored. */
export function replayResponse(
  job: Job,
  { result: stored, progress }: { result: unknown; progress: JobStatus['progress'] },
  { links, catalog }: { links: Links; catalog: Catalog },
): ReplayResponse {
  const { original, child, recipe: text } = replayTaskSchema.parse(job.task);
  const result = replayResultSchema.safeParse(stored).data ?? null;
  const recipe = parseProvenance(text);
  if (recipe === null) throw new Error(`The recipe of the replay ${job.id} cannot be read.`);
  return {
    replay_id: job.id,
    status: statusWord(job.state),
    verdict: result?.verdict ?? null,
    sentence: result === null ? null : sentenceOf(result),
    grade: result?.grade ?? null,
    figures: figuresResponse(result?.figures ?? null),
    same_environment: result?.isSameEnvironment ?? null,
    differences: result?.differences ?? [],
    missing: result?.missing ?? [],
    original: {
      sha256: original.sha256,
      format: original.format,
      request_id: original.output?.job ?? null,
      index: original.output?.index ?? null,
      recipe: recipeResponse(recipe, catalog),
    },
    request_id: child,
    output_url: child === null || result?.sha256 == null ? null : links.to(`/v1/requests/${child}/outputs/0`),
    sha256: result?.sha256 ?? null,
    progress: progress === null ? null : progressResponse(progress),
    status_url: links.to(`/v1/replays/${job.id}`),
    events_url: links.to(`/v1/requests/${job.id}/events`),
    cancel_url: links.to(`/v1/requests/${job.id}/cancel`),
    warnings: job.warnings.map(inNative),
    error: job.error === null ? null : inNative(job.error.message),
    error_code: job.error?.code ?? null,
  };
}

export function figuresResponse(figures: Figures): NonNullable<ReplayResponse['figures']>;
export function figuresResponse(figures: Figures | null): ReplayResponse['figures'];
export function figuresResponse(figures: Figures | null): ReplayResponse['figures'] {
  if (figures === null) return null;
  const { hashDistance: hash_distance, ...others } = figures;
  return { ...others, hash_distance };
}

function sentenceOf({ verdict, figures, differences, missing }: ReplayResult): string {
  const kinds = differences.filter(({ kind }) => kind === 'picture');
  const others = differences.filter(({ kind }) => kind !== 'picture');
  const named = (list: typeof differences): string => list.map(({ field }) => field).join(', ');
  const because = others.length === 0 ? '' : ` What differs: ${named(others)}.`;
  switch (verdict) {
    case 'same_file':
      return 'The same file, byte for byte.';
    case 'same_pixels':
      return `The same pixels, in a file that says other things of itself.${because}`;
    case 'rounding':
      return `The same but for rounding: ${figures?.psnr?.toFixed(1)} dB, no value off by more than ${figures?.largest}.${because}`;
    case 'another_picture':
      return kinds.length === 0
        ? `Another picture, though nothing that decides it differs.${because}`
        : `Another picture. What differs: ${named([...kinds, ...others])}.`;
    case 'cannot':
      return `It cannot be made again here: ${missing.map(({ what }) => what).join(' ')}`;
    default:
      return assertNever(verdict);
  }
}
