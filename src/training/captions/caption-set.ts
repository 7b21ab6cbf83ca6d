import pLimit from 'p-limit';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { TakenItem, TakenSet } from '../../registry/intake/take-set.ts';
import type { TrainingRequest } from '../training-request.ts';
import { CaptionError, type CaptionPicture } from './caption-endpoint.ts';

export interface CaptionParts {
  /** Null where no endpoint is set. */
  caption: CaptionPicture | null;
  signal: AbortSignal;
}

/** What the endpoint is asked where the request says nothing else. */
const instruction =
  'Describe what this picture shows in one short sentence, as a prompt to make it. Name things, their colors and places. Do not speak of the style, and write nothing else.';
const atOnce = 4;

/**
 * The set with captions for the pictures that have none, where that is asked for; those that were sent stay. Returns the new ones by
 * the names of their pictures. Throws INVALID_REQUEST where there is no endpoint, and CAPTIONS_UNAVAILABLE where it does not answer.
 */
export async function captionSet(
  set: TakenSet,
  { mode, text, prefix, suffix }: TrainingRequest['captions'],
  { caption, signal }: CaptionParts,
): Promise<{ set: TakenSet; written: Map<string, string> }> {
  const written = new Map<string, string>();
  if (mode !== 'endpoint') return { set, written };
  if (caption === null)
    throw new DarkroomError(
      'INVALID_REQUEST',
      'Captions were asked of an endpoint, and this server has none: set CAPTION_URL, or send captions with the pictures.',
    );
  const failed = new AbortController();
  const limit = pLimit(atOnce);
  const captioned = (item: TakenItem) =>
    limit(async (): Promise<TakenItem> => {
      if (item.caption !== null) return item;
      try {
        failed.signal.throwIfAborted();
        const ends = AbortSignal.any([signal, failed.signal]);
        const said = await caption(item.picture.path, text === '' ? instruction : text, ends);
        const whole = withAround(said, prefix, suffix);
        written.set(item.picture.name, whole);
        return { ...item, caption: whole };
      } catch (error) {
        failed.abort(error);
        throw error instanceof CaptionError ? unavailable(item.picture.name, error) : error;
      }
    });
  return { set: { ...set, items: await Promise.all(set.items.map(captioned)) }, written };
}

/** What a caption is to begin and end with, where it does not by itself. */
function withAround(said: string, prefix: string, suffix: string): string {
  const begun = prefix === '' || said.startsWith(prefix) ? said : `${prefix.trimEnd()} ${said}`;
  return suffix === '' || begun.endsWith(suffix) ? begun : `${begun} ${suffix.trimStart()}`;
}

const unavailable = (name: string, { message }: CaptionError): DarkroomError =>
  new DarkroomError(
    'CAPTIONS_UNAVAILABLE',
    `The endpoint of CAPTION_URL wrote no caption for "${name}". ${message} Nothing was stored: send the training again when it answers, or captions with the pictures.`,
  );
