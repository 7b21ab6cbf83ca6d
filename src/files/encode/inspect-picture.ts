import sharp from 'sharp';
import { readPngText } from './png-text.ts';
import { type Provenance, parseProvenance } from './provenance.ts';
import { readProvenance } from './read-provenance.ts';

export interface InspectedPicture {
  format: 'png' | 'jpeg' | 'webp' | 'mp4';
  /** Null for a video, which is not decoded. */
  width: number | null;
  height: number | null;
  /** How we made it; null when it does not say so. */
  provenance: Provenance | null;
  /** What tools of this field write into PNGs. */
  parameters: string | null;
}

/** Keywords of AUTOMATIC1111's web UI and its kin, InvokeAI and ComfyUI. */
const foreignKeywords = ['parameters', 'invokeai_metadata', 'prompt'];
/** A text beyond this is no description of a picture. */
const longestForeign = 2 ** 20;

/** What the bytes of a file say of themselves; null for what is none of these formats, or broken. Only the header is decoded. */
export async function inspectPicture(bytes: Uint8Array): Promise<InspectedPicture | null> {
  const format = formatOf(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)));
  if (format === null) return null;
  if (format === 'mp4')
    return { format, width: null, height: null, provenance: videoProvenance(bytes), parameters: null };
  try {
    const { width, height } = await sharp(bytes).metadata();
    const texts = format === 'png' ? readPngText(bytes) : new Map<string, string>();
    const parameters = foreignKeywords.flatMap((keyword) => texts.get(keyword) ?? [])[0] ?? null;
    return {
      format,
      width,
      height,
      provenance: await readProvenance(bytes),
      parameters: parameters === null ? null : parameters.slice(0, longestForeign).toWellFormed(),
    };
  } catch {
    return null;
  }
}

function formatOf(start: Buffer): InspectedPicture['format'] | null {
  if (start.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (start.toString('latin1', 0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (start.toString('latin1', 0, 4) === 'RIFF' && start.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  return start.toString('latin1', 4, 8) === 'ftyp' ? 'mp4' : null;
}

/** The text of a `data` box (ISO 14496-12, as iTunes uses it): its size and name, type and locale, four bytes each. */
function videoProvenance(bytes: Uint8Array): Provenance | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxBytes = 16;
  for (let at = file.indexOf('{"model":'); at >= boxBytes; at = file.indexOf('{"model":', at + 1)) {
    const start = at - boxBytes;
    if (file.toString('latin1', start + 4, start + 8) !== 'data') continue;
    const found = parseProvenance(file.toString('latin1', at, start + file.readUInt32BE(start)));
    if (found !== null) return found;
  }
  return null;
}
