import type { ModelEntry } from '../catalog/define-model.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { promptNamed, type Reference } from '../errors/reference.ts';
import { type Sentence, said } from '../errors/sentence.ts';
import type { Call } from './plan.ts';
import type { ResolvedControlImage } from './request.ts';
import type { Size } from './size.ts';

/**
 * The control images of one prompt as pipeline arguments, resized as the entry says; extra ones are left out, with a warning.
 * Throws CONTROL_IMAGE_INVALID for one that the model cannot take.
 */
export function controlImageArguments(
  entry: ModelEntry,
  images: ResolvedControlImage[],
  size: Size,
  prompt: number,
): { images: Call['images']; warnings: Sentence[] } {
  const { maximum, passed_as, alpha, resize } = entry.control_images;
  const name = entry.arguments.control_images;
  if (images.length === 0) return { images: {}, warnings: [] };
  if (maximum === 0 || name === null) {
    return {
      images: {},
      warnings: [
        said`${promptNamed(prompt)}: ${entry.id} takes no control image; ${images.length} left out.`,
      ],
    };
  }
  const used = images.slice(0, maximum);
  for (const [index, image] of used.entries())
    checkShape(entry, image, { of: 'controlImage', prompt, image: index });
  const warnings =
    images.length > maximum
      ? [
          said`${promptNamed(prompt)}: ${entry.id} takes ${maximum === 1 ? 'one control image' : `up to ${maximum} control images`}; used the first ${used.length} of ${images.length}.`,
        ]
      : [];
  const argument = {
    pictures: used.map((image) => image.sha256),
    ...(alpha ? { alpha: true as const } : {}),
    list: passed_as === 'list',
    resize: resize.mode === 'stretch' ? { ...size, filter: resize.filter } : null,
  };
  return { images: { [name]: argument }, warnings };
}

function checkShape(entry: ModelEntry, { width, height }: ResolvedControlImage, named: Reference): void {
  const { minimum_side: least, maximum_aspect: most = Number.POSITIVE_INFINITY } = entry.control_images;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const refuse = (what: string): DarkroomError =>
    new DarkroomError(
      'CONTROL_IMAGE_INVALID',
      said`${named} has ${width}×${height} pixels: ${entry.id} ${what}`,
      {
        details: { width, height },
      },
    );
  if (short < least) throw refuse(`takes pictures of at least ${least}×${least}. Send a larger one.`);
  if (long > short * most) throw refuse(`takes pictures up to ${most} times as long as wide. Crop it.`);
}
