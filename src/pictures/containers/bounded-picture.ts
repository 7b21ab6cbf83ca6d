/**
 * A file as decoders may see it. Whoever sends a picture also chooses what stands around its pixels: text chunks that unfold
 * to gigabytes, a profile of a hundred megabytes, a million frames. So each container is read here first, and put together
 * again from the first picture in it and the few things that decide how that looks.
 */
export interface BoundedPicture {
  /** Of the same format, without anything that is not needed. */
  bytes: Buffer;
  /** Pictures in the file that was sent. `many` where there are several and the file does not say how many. */
  frames: number | 'many';
  /** What `frames` are called: an animation has frames, a TIFF has pages. */
  unit: 'frame' | 'page';
  /** Sentences that continue “prompts[0] control image 1 ”, with a full stop. */
  warnings: string[];
}

/** The largest real profiles, for CMYK printing, have about 3 MB. */
export const longestProfileBytes = 4 * 2 ** 20;
/** What fits the one segment that a JPEG has for it. */
export const longestExifBytes = 64 * 2 ** 10;

export const profileLeftOut = `has a colour profile of more than ${longestProfileBytes / 2 ** 20} MB, or a damaged one; it was left out, and the colours were taken as sRGB.`;
