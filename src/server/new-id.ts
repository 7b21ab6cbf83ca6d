import { randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

const bytes = new Uint8Array(4096);
let used = bytes.length;

/** Random bytes, which `ulid` maps to its 32 letters. Drawn in bulk: one byte costs as much as thousands. */
function drawFraction(): number {
  if (used === bytes.length) {
    randomFillSync(bytes);
    used = 0;
  }
  return (bytes[used++] ?? 0) / 256;
}

/** A ULID: sorts by time, and cannot be guessed. */
export const newId = (): string => ulid(undefined, drawFraction);
