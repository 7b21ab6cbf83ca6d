import { damaged, PictureRefused } from '../picture-refused.ts';
import { type BoundedPicture, longestProfileBytes, profileLeftOut } from './bounded-picture.ts';

/** Each scan of a progressive picture touches all of it again. Encoders write about ten. */
const mostScans = 100;
const mostSegments = 65_536;
const codes = { endOfImage: 0xd9, startOfScan: 0xda, comment: 0xfe, app0: 0xe0, app1: 0xe1, app2: 0xe2 };

interface Segment {
  code: number;
  /** With its marker and, for a scan, the coded data. */
  whole: Buffer;
}

/** The tables and scans of a JPEG with its JFIF, EXIF, profile and Adobe segments; what follows the picture is cut off. */
export function boundJpeg(bytes: Buffer): BoundedPicture {
  const segments = [...segmentsOf(bytes)];
  if (segments.filter(({ code }) => code === codes.startOfScan).length > mostScans)
    throw new PictureRefused(`it is a JPEG of more than ${mostScans} scans. Save it again`);
  const profileBytes = segments.filter(isProfile).reduce((sum, { whole }) => sum + whole.length, 0);
  const seen = new Set<string>();
  const kept = segments.filter((segment) => {
    if (isProfile(segment)) return profileBytes <= longestProfileBytes;
    const name = applicationName(segment);
    if (name === null) return segment.code !== codes.comment;
    const isFirst = !seen.has(name);
    seen.add(name);
    return isFirst && ['JFIF', 'Exif', 'Adobe'].includes(name);
  });
  return {
    bytes: Buffer.concat([bytes.subarray(0, 2), ...kept.map(({ whole }) => whole)]),
    frames: 1,
    unit: 'frame',
    warnings: profileBytes > longestProfileBytes ? [profileLeftOut] : [],
  };
}

/** Up to the end of the first picture: what cameras append (previews, depth, a video) is not part of it. */
function* segmentsOf(bytes: Buffer): Generator<Segment> {
  let at = 2;
  for (let count = 0; at + 1 < bytes.length; count++) {
    if (count === mostSegments)
      throw new PictureRefused(`it is a JPEG of more than ${mostSegments} segments`);
    at = nextMarker(bytes, at);
    const code = bytes[at + 1] ?? 0;
    if (code === codes.endOfImage) {
      yield { code, whole: bytes.subarray(at, at + 2) };
      return;
    }
    if (at + 4 > bytes.length) throw damaged('JPEG');
    const header = at + 2 + bytes.readUInt16BE(at + 2);
    const next = code === codes.startOfScan ? nextMarker(bytes, header) : header;
    yield { code, whole: bytes.subarray(at, next) };
    at = next;
  }
}

/** Where the next marker starts that is not part of coded data (a stuffed zero, a restart) and not padding; else the end. */
function nextMarker(bytes: Buffer, from: number): number {
  for (
    let at = bytes.indexOf(0xff, from);
    at !== -1 && at + 1 < bytes.length;
    at = bytes.indexOf(0xff, at + 1)
  ) {
    const code = bytes[at + 1] ?? 0;
    const isRestart = code >= 0xd0 && code <= 0xd7;
    if (code > 0x01 && code !== 0xff && !isRestart) return at;
  }
  return bytes.length;
}

/** Of an APP segment, the name that its data begins with; null for segments of the picture itself. */
function applicationName({ code, whole }: Segment): string | null {
  if (code < codes.app0 || code > 0xef) return null;
  const text = whole.toString('latin1', 4, 16);
  return /^[A-Za-z_]+/.exec(text)?.[0] ?? `APP${code - codes.app0}`;
}

const isProfile = ({ code, whole }: Segment): boolean =>
  code === codes.app2 && whole.toString('latin1', 4, 16) === 'ICC_PROFILE\0';
