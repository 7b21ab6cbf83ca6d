import type { PictureFormat } from '../name-format.ts';
import { boundAvif } from './avif.ts';
import type { BoundedPicture } from './bounded-picture.ts';
import { boundGif } from './gif.ts';
import { boundJpeg } from './jpeg.ts';
import { boundPng } from './png.ts';
import { boundTiff } from './tiff.ts';
import { boundWebp } from './webp.ts';

/** The file reduced to what its first picture needs. Throws PictureRefused. */
export function boundPicture(bytes: Buffer, format: PictureFormat, maximumPixels: number): BoundedPicture {
  switch (format) {
    case 'png':
      return boundPng(bytes);
    case 'jpeg':
      return boundJpeg(bytes);
    case 'webp':
      return boundWebp(bytes);
    case 'gif':
      return boundGif(bytes);
    case 'tiff':
      return boundTiff(bytes, maximumPixels);
    case 'avif':
      return boundAvif(bytes);
    case 'bmp':
      return { bytes, frames: 1, unit: 'frame', warnings: [] };
  }
}
