/** Milliseconds to wait before start number `failures` + 1: doubling from `first` up to `longest`. */
export function backoff(failures: number, first: number, longest: number): number {
  return Math.min(longest, first * 2 ** Math.max(0, failures - 1));
}
