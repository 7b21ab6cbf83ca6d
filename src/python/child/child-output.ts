import { Readable } from 'node:stream';
import { createLineSplitter } from './line-splitter.ts';

/** Hand every line of a child's stream to `onLine`. A read error ends the stream: the process is ending anyway. */
export function readLines(
  stream: unknown,
  options: { limit: number; onLine: (line: string) => void; onTooLong?: () => void; onEnd?: () => void },
): void {
  if (!(stream instanceof Readable)) return;
  const splitter = createLineSplitter({
    limit: options.limit,
    onLine: options.onLine,
    onTooLong: options.onTooLong ?? (() => {}),
  });
  stream.on('data', (chunk: Uint8Array) => splitter.push(chunk));
  stream.on('error', () => {});
  stream.once('close', () => {
    splitter.end();
    options.onEnd?.();
  });
}

/** The last lines of an endless text, oldest first. */
export function createRecentLines(limit: number): { add(line: string): void; all(): string[] } {
  const lines: string[] = [];
  return {
    add(line) {
      lines.push(line);
      if (lines.length > limit) lines.shift();
    },
    all: () => [...lines],
  };
}
