/** Structure of a JSON text, counted before it is parsed: parsing is what hostile nesting and endless lists make slow. */
export interface JsonLimits {
  /** Objects and lists inside each other. */
  maxDepth: number;
  /** Values in all. */
  maxValues: number;
}

const quote = 0x22;
const backslash = 0x5c;
const [openBracket, closeBracket, openBrace, closeBrace, comma] = [0x5b, 0x5d, 0x7b, 0x7d, 0x2c];

/**
 * What is too much about a JSON text, or null. Strings are skipped by a search for their end, so that a picture in base64
 * costs next to nothing, and the scan stops at the first excess.
 */
export function jsonExcess(text: Buffer, limits: JsonLimits): 'depth' | 'values' | null {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i];
    if (byte === quote) i = endOfString(text, i);
    else if (byte === openBracket || byte === openBrace) {
      if (++depth > limits.maxDepth) return 'depth';
    } else if (byte === closeBracket || byte === closeBrace) depth--;
    else if (byte === comma && ++values > limits.maxValues) return 'values';
  }
  return null;
}

/** Index of the quote that ends the string that starts at `start`: the first one with an even number of backslashes before. */
function endOfString(text: Buffer, start: number): number {
  let end = start;
  do {
    end = text.indexOf(quote, end + 1);
    if (end === -1) return text.length;
  } while (isEscaped(text, end));
  return end;
}

function isEscaped(text: Buffer, index: number): boolean {
  let backslashes = 0;
  while (text[index - 1 - backslashes] === backslash) backslashes++;
  return backslashes % 2 === 1;
}
