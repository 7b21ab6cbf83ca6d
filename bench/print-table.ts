import Table from 'cli-table3';

export interface Measurement {
  title: string;
  /** What the ratios are against. */
  baseline: string;
  head: string[];
  rows: string[][];
}

export function printTable({ title, baseline, head, rows }: Measurement): void {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
  console.log(`\n${title}\nbaseline: ${baseline}\n${table.toString()}`);
}
