/** JSON with integers of any size, which JavaScript's own numbers round beyond 2^53. */

/** A number that `JSON.stringify` writes with exactly these digits. */
export interface RawNumber {
  readonly rawJSON: string;
}

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

declare global {
  // In every engine since 2023 and not yet in TypeScript's library.
  interface JSON {
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
    parse(text: string, reviver: Reviver): unknown;
  }
}

/** No integer that means something is longer, and reading a longer one takes time. */
const mostDigits = 40;

/** A parsed value, or the bigint that its text says where the value is a rounded integer. For revivers. */
export function exactInteger(value: unknown, source = ''): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  if (source.length > mostDigits) return value;
  return BigInt(/^-?\d+$/.test(source) ? source : value);
}

/** Throws SyntaxError, as `JSON.parse` does. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value, { source }) => exactInteger(value, source));
}

/** A number, or the digits of one, as a value that is written as a JSON number. */
export function writtenNumber(value: number | string | bigint): number | RawNumber {
  return typeof value === 'number' ? value : JSON.rawJSON(String(value));
}
