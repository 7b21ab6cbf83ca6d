/** Keeps the last lines of an endless text. */
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
