/** Pieces of the generated pages. */

export const generatedLine = (source: string): string =>
  `<!-- Generated from ${source} by \`npm run generate\`: change that, not this page. -->`;

/** A table; bars and line breaks in cells are made harmless. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
