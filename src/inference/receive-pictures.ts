import { mkdir } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { ModelEntry } from '../catalog/define-model.ts';
import { promptNamed } from '../errors/reference.ts';
import { type Sentence, said } from '../errors/sentence.ts';
import {
  type PictureReceiver,
  type ReceivedPicture,
  receivePicture,
  type SentPicture,
} from '../pictures/receive-picture.ts';
import type { PromptRequest, RenderRequest, ResolvedSource } from '../render/request.ts';

/** Of one request: a hundred pictures are not all fetched before the first is decoded, and others get their turn between. */
const atOnce = 2;

export interface ReceivedPictures {
  /** For each prompt, its control pictures in order. */
  received: ReceivedPicture[][];
  /** For each prompt, what it begins with. */
  sources: (ResolvedSource | null)[];
  warnings: Sentence[];
}

interface SentPictures {
  controls: SentPicture[];
  image: SentPicture | null;
  mask: SentPicture | null;
}

/**
 * The pictures of a request, as files in `folder`, which is made when there are any. One that several prompts have is
 * received once. Throws for the first that cannot be taken, after all that were begun have ended.
 */
export async function receivePictures(
  entry: ModelEntry,
  request: RenderRequest,
  folder: string,
  receiver: PictureReceiver,
): Promise<ReceivedPictures> {
  const sent = request.prompts.map((prompt, index) => picturesOf(entry, request, prompt, index));
  const all = sent.flatMap(({ controls, image, mask }) =>
    [...controls, image, mask].filter((one) => one !== null),
  );
  if (all.length > 0) await mkdir(folder, { recursive: true });
  const pictures = await receiveAll(all, folder, receiver);
  const found = (one: SentPicture): ReceivedPicture => pictures.get(sameness(one)) ?? unread();
  return {
    received: request.prompts.map(({ controlImages }, index) => {
      const controls = sent[index]?.controls ?? [];
      // The plan warns by their number of those that the model does not take.
      return controls.length === 0 ? controlImages.map(unread) : controls.map(found);
    }),
    sources: sent.map(({ image, mask }) =>
      image === null ? null : { image: found(image), mask: mask === null ? null : found(mask) },
    ),
    warnings: all.flatMap((one) => found(one).warnings.map((text) => said`${one.named} ${text}`)),
  };
}

/** What a model takes no control images for is not made to fetch them. */
function picturesOf(
  entry: ModelEntry,
  { controlOrientation }: RenderRequest,
  { controlImages, source }: PromptRequest,
  index: number,
): SentPictures {
  const orientation = controlOrientation ?? 'upright';
  const transparency = entry.control_images.alpha ? 'kept' : 'over_white';
  const controls = entry.control_images.maximum === 0 ? [] : controlImages;
  return {
    controls: controls.map((one, image) => ({
      source: one,
      named: { of: 'controlImage', prompt: index, image },
      orientation,
      transparency,
    })),
    image:
      source === null
        ? null
        : {
            source: source.image,
            named: promptNamed(index, 'image'),
            orientation,
            // The engine drops what is kept.
            transparency: source.fit.transparency === 'dropped' ? 'kept' : 'over_white',
          },
    mask:
      source === null || source.mask === null
        ? null
        : {
            source: source.mask,
            named: promptNamed(index, 'mask'),
            orientation,
            transparency: 'kept',
          },
  };
}

/** Equal for pictures of which one file comes. */
const sameness = ({ source, transparency }: SentPicture): string => `${transparency} ${source}`;

async function receiveAll(
  sent: readonly SentPicture[],
  folder: string,
  receiver: PictureReceiver,
): Promise<Map<string, ReceivedPicture>> {
  const unique = [...Map.groupBy(sent, sameness).values()].flatMap(([first]) => first ?? []);
  const limit = pLimit(atOnce);
  const pictures = new Map<string, ReceivedPicture>();
  const failures: unknown[] = [];
  const receive = async (one: SentPicture): Promise<void> => {
    if (failures.length > 0) return;
    try {
      pictures.set(sameness(one), await receivePicture(one, folder, receiver));
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(unique.map((one) => limit(receive, one)));
  if (failures.length > 0) throw failures[0];
  return pictures;
}

const unread = (): ReceivedPicture => ({ sha256: '', width: 0, height: 0, warnings: [] });
