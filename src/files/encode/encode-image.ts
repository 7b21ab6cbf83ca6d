import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { OutputRequest } from '../../render/request.ts';
import { jpegExifLimit, withJpegExif, withWebpExif } from './embed-exif.ts';
import { exifBlock } from './exif-block.ts';
import { parametersText } from './parameters-text.ts';
import { withPngText } from './png-text.ts';
import { cutProvenance, type Provenance, provenanceJson } from './provenance.ts';
import type { RawFrame } from './raw-frame.ts';

/** From this quality on colour is kept at full resolution: halved, it blurs red and blue edges visibly. */
const fullColourQuality = 90;
const cutPromptCharacters = 2000;
const software = 'Darkroom';

/** Encode the first frame and write into it how it was made. PNG keeps every pixel. */
export async function encodeImage(
  frame: RawFrame,
  output: OutputRequest,
  provenance: Provenance,
): Promise<Uint8Array> {
  const { width, height } = frame;
  const picture = sharp(await readFile(frame.file), { raw: { width, height, channels: 3 } });
  const { quality } = output;
  switch (output.format) {
    case 'png':
      return withPngText(await picture.png({ compressionLevel: 6 }).toBuffer(), [
        ['parameters', parametersText(provenance)],
        ['darkroom', provenanceJson(provenance)],
      ]);
    case 'jpeg': {
      const chromaSubsampling = quality >= fullColourQuality ? '4:4:4' : '4:2:0';
      const jpeg = await picture.jpeg({ quality, chromaSubsampling }).toBuffer();
      const exif = exifOf(provenance, jpegExifLimit);
      return exif === null ? jpeg : withJpegExif(jpeg, exif);
    }
    case 'webp': {
      const webp = await picture.webp({ quality, smartSubsample: quality >= fullColourQuality }).toBuffer();
      return withWebpExif(webp, block(provenance, parametersText(provenance)), frame);
    }
  }
}

/** The block that says most within the limit: what does not fit loses the `parameters` text first, then long prompts. */
function exifOf(provenance: Provenance, limitBytes: number): Buffer | null {
  const cut = cutProvenance(provenance, cutPromptCharacters);
  const blocks = [
    block(provenance, parametersText(provenance)),
    block(provenance, null),
    block(cut, parametersText(cut)),
    block(cut, null),
  ];
  return blocks.find(({ length }) => length <= limitBytes) ?? null;
}

const block = (provenance: Provenance, userComment: string | null): Buffer =>
  exifBlock({ imageDescription: provenanceJson(provenance), software, userComment });
