import { randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

const bytes = new Uint8Array(4096);
let used = bytes.length;

/** Of 256 values, which `ulid` makes 32 letters of. Drawn in bulk: asking for one byte costs as much as for thousands. */
function drawFraction(): number {
  if (used === bytes.length) {
    randomFillSync(bytes);
    used = 0;
  }
  return (bytes[used++] ?? 0) / 256;
}

/** A ULID: sorts by time, and nobody can guess one. */
export const newId = (): string => ulid(undefined, drawFraction);
