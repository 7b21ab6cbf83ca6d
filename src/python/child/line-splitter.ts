export interface LineSplitter {
  push(chunk: Uint8Array): void;
  /** The stream ended: a last line without its line feed is delivered. */
  end(): void;
}

/**
 * Cut a byte stream into lines. Lines are put together as bytes and decoded whole, so a character that is split between two
 * chunks survives. A line over `limit` bytes is skipped to its end and reported, and the stream stays in step.
 */
export function createLineSplitter(options: {
  limit: number;
  onLine: (line: string) => void;
  onTooLong: () => void;
}): LineSplitter {
  let parts: Uint8Array[] = [];
  let size = 0;
  let skipping = false;

  const add = (part: Uint8Array): void => {
    size += part.byteLength;
    if (!skipping && size > options.limit) {
      skipping = true;
      parts = [];
      options.onTooLong();
    }
    if (!skipping) parts.push(part);
  };
  const finish = (): void => {
    const line = skipping ? '' : Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    parts = [];
    size = 0;
    skipping = false;
    if (line !== '') options.onLine(line);
  };
  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
        add(chunk.subarray(start, end));
        finish();
        start = end + 1;
      }
      if (start < chunk.byteLength) add(chunk.subarray(start));
    },
    end: finish,
  };
}
