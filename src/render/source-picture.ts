/** A picture to begin with: the size that it gives a prompt, and what a call is made with to change it. */
import type { ModelEntry } from '../catalog/define-model.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { promptNamed } from '../errors/reference.ts';
import { type Sentence, said } from '../errors/sentence.ts';
import { limits } from './limits.ts';
import type { Call } from './plan.ts';
import type { PromptRequest, ResolvedSource, SourceFit, SourceRequest } from './request.ts';
import type { Size } from './size.ts';

type AskedSize = Pick<PromptRequest, 'width' | 'height'>;

/** How a picture is brought to the size of the output where a dialect has no rule of its own. */
export const usualFit: SourceFit = {
  longestSide: null,
  multiple: 1,
  rounded: 'down',
  filter: 'lanczos',
  transparency: 'over_white',
};

/** Of a request that does not say. */
export const usualStrength = 0.8;

/**
 * The size of a prompt with a picture, not yet snapped: what it asks for, with the other side in the picture's own shape where it
 * says one, and the picture's own size where it says none. Throws SIZE_INVALID for a side out of range.
 */
export function sizeOfSource(
  entry: ModelEntry,
  { width, height }: AskedSize,
  { source, image }: { source: SourceRequest; image: Size },
  index: number,
): AskedSize {
  if (width !== null && height !== null) return { width, height };
  if (width !== null) return inRange({ width, height: (width * image.height) / image.width }, image, index);
  if (height !== null) return inRange({ width: (height * image.width) / image.height, height }, image, index);
  return ownSize(entry, image, source.fit);
}

function inRange({ width, height }: Size, image: Size, index: number): Size {
  const [, most] = limits.side;
  const size = { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) };
  if (size.width <= most && size.height <= most) return size;
  throw new DarkroomError(
    'SIZE_INVALID',
    said`${promptNamed(index)}: in the shape of its picture (${image.width}×${image.height}) the size is ${size.width}×${size.height}, and sides go up to ${most}. Send a smaller one, or both width and height.`,
    { details: size },
  );
}

function ownSize(entry: ModelEntry, image: Size, fit: SourceFit): Size {
  const multiple = Math.max(fit.multiple, entry.size.divisor);
  const factor = Math.min(1, scaleOf(entry, image, fit));
  const sides = (round: (share: number) => number): Size => {
    const side = (pixels: number): number =>
      Math.max(1, round(Math.trunc(pixels * factor) / multiple)) * multiple;
    return { width: side(image.width), height: side(image.height) };
  };
  const size = sides(fit.rounded === 'up' ? Math.ceil : Math.floor);
  // Rounded up it may be a little too large for the model.
  const { maximum_area: most = Number.POSITIVE_INFINITY } = entry.size;
  return size.width * size.height > most ? sides(Math.floor) : size;
}

/** What the sides are multiplied by so that the picture is no larger than it may be. */
function scaleOf(
  { defaults, size }: ModelEntry,
  { width, height }: Size,
  { longestSide }: SourceFit,
): number {
  const toArea = (pixels: number): number => Math.sqrt(pixels / (width * height));
  const toModel = toArea(size.maximum_area ?? Number.POSITIVE_INFINITY);
  if (longestSide === null) return Math.min(toArea(defaults.width * defaults.height), toModel);
  return Math.min(longestSide / width, longestSide / height, toModel);
}

/** The ability that a prompt with a picture asks for; undefined for a model without it. */
export function abilityFor(
  { abilities: { image_to_image: whole, inpainting } }: ModelEntry,
  { mask }: SourceRequest,
) {
  if (mask !== null) return inpainting;
  return whole === undefined ? undefined : { ...whole, mask: null };
}

/** The entry with the names that such a prompt's call has for its arguments, and the size that it may have. */
export function forSource(entry: ModelEntry, source: SourceRequest | null): ModelEntry {
  const ability = source === null ? undefined : abilityFor(entry, source);
  if (ability === undefined) return entry;
  const { maximum_area = entry.size.maximum_area } = ability;
  return {
    ...entry,
    arguments: { ...entry.arguments, ...ability.arguments },
    size: maximum_area === undefined ? entry.size : { ...entry.size, maximum_area },
  };
}

type SourceCall = Pick<Call, 'arguments' | 'images' | 'pipeline'>;

/** What a call has of the picture that it begins with, in a model that `checkRequest` found able to. */
export function sourceCall(
  entry: ModelEntry,
  { source, resolved }: { source: SourceRequest | null; resolved: ResolvedSource | null },
  { size, steps, index }: { size: Size; steps: number; index: number },
): SourceCall & { warnings: Sentence[] } {
  const ability = source === null ? undefined : abilityFor(entry, source);
  if (source === null || ability === undefined || resolved === null)
    return { arguments: {}, images: {}, warnings: [] };
  const asked = source.strength ?? usualStrength;
  const strength = strengthOf(asked, steps);
  const picture = (sha256: string, filter: SourceFit['filter'] | 'nearest') => ({
    pictures: [sha256],
    list: false,
    resize: { ...size, filter },
  });
  return {
    arguments: { [ability.strength]: strength },
    images: {
      [ability.image]: picture(resolved.image.sha256, source.fit.filter),
      // Nothing between black and white comes of a mask that was not in it.
      ...(ability.mask === null || resolved.mask === null
        ? {}
        : { [ability.mask]: picture(resolved.mask.sha256, 'nearest') }),
    },
    pipeline: { class: ability.class, module: ability.module ?? null },
    warnings: [...strengthRaised(asked, strength, { steps, index }), ...maskShape(resolved, index)],
  };
}

function strengthRaised(
  asked: number,
  used: number,
  { steps, index }: { steps: number; index: number },
): Sentence[] {
  if (asked === used) return [];
  return [
    said`${promptNamed(index, 'strength')} is ${asked}, which is less than one of ${steps} steps: one was run.`,
  ];
}

/** The least that runs a step, where less is asked for: pipelines fail without one. */
export function strengthOf(asked: number, steps: number): number {
  if (asked * steps >= 1) return asked;
  const least = 1 / steps;
  return least * steps >= 1 ? least : least * (1 + 2 ** -52);
}

/** A mask in another shape than its picture is likely to be that of another one. */
function maskShape({ image, mask }: ResolvedSource, index: number): Sentence[] {
  if (mask === null) return [];
  const ratio = mask.width / mask.height / (image.width / image.height);
  if (ratio > 0.98 && ratio < 1.02) return [];
  return [
    said`${promptNamed(index, 'mask')} has ${mask.width}×${mask.height} pixels and the picture ${image.width}×${image.height}: it was stretched over it.`,
  ];
}
