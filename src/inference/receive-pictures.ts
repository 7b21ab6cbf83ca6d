import { mkdir } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { ModelEntry } from '../catalog/define-model.ts';
import { type Sentence, said } from '../errors/sentence.ts';
import {
  type PictureReceiver,
  type ReceivedPicture,
  receivePicture,
  type SentPicture,
} from '../pictures/receive-picture.ts';
import type { RenderRequest } from '../render/request.ts';

/** Of one request: a hundred pictures are not all fetched before the first is decoded, and others get their turn between. */
const atOnce = 2;

export interface ReceivedPictures {
  /** For each prompt, its pictures in order. */
  received: ReceivedPicture[][];
  warnings: Sentence[];
}

/**
 * The control pictures of a request, as files in `folder`, which is made when there are any. One that several prompts have is
 * received once. Throws for the first that cannot be taken, after all that were begun have ended.
 */
export async function receivePictures(
  entry: ModelEntry,
  request: RenderRequest,
  folder: string,
  receiver: PictureReceiver,
): Promise<ReceivedPictures> {
  const sources = request.prompts.map((prompt) => prompt.controlImages);
  // A model that takes none is not made to fetch them: the plan warns by their number alone.
  if (entry.control_images.maximum === 0 || sources.flat().length === 0)
    return { received: sources.map((all) => all.map(unread)), warnings: [] };
  await mkdir(folder, { recursive: true });
  const orientation = request.controlOrientation ?? 'upright';
  const transparency = entry.control_images.alpha ? 'kept' : 'over_white';
  const sent = sources.map((all, index) =>
    all.map((source, position): SentPicture => {
      const named = { of: 'controlImage', prompt: index, image: position } as const;
      return { source, named, orientation, transparency };
    }),
  );
  const pictures = await receiveAll(sent.flat(), folder, receiver);
  const found = ({ source }: SentPicture): ReceivedPicture => pictures.get(source) ?? unread();
  return {
    received: sent.map((all) => all.map(found)),
    warnings: sent.flat().flatMap((one) => found(one).warnings.map((text) => said`${one.named} ${text}`)),
  };
}

/** By source. */
async function receiveAll(
  sent: readonly SentPicture[],
  folder: string,
  receiver: PictureReceiver,
): Promise<Map<string, ReceivedPicture>> {
  const unique = [...Map.groupBy(sent, ({ source }) => source).values()].flatMap(([first]) => first ?? []);
  const limit = pLimit(atOnce);
  const pictures = new Map<string, ReceivedPicture>();
  const failures: unknown[] = [];
  const receive = async (one: SentPicture): Promise<void> => {
    if (failures.length > 0) return;
    try {
      pictures.set(one.source, await receivePicture(one, folder, receiver));
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(unique.map((one) => limit(receive, one)));
  if (failures.length > 0) throw failures[0];
  return pictures;
}

const unread = (): ReceivedPicture => ({ sha256: '', width: 0, height: 0, warnings: [] });
