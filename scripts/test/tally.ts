/** Tests counted across runners. A runner that ends badly without a failed test to show for it counts as one failure. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = (pick: (tally: Tally) => number): number =>
    tallies.reduce((all, tally) => all + pick(tally), 0);
  return { passed: sum((t) => t.passed), failed: sum((t) => t.failed), skipped: sum((t) => t.skipped) };
}

/** `12 passed, 0 failed`, and `, 3 skipped` when any were: the last line of `npm test`. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/** What a runner's report says, corrected by its exit code: a crash must not pass as success. */
export function withExitCode(tally: Tally | null, exitCode: number): Tally {
  const known = tally ?? { passed: 0, failed: 0, skipped: 0 };
  const endedBadly = exitCode !== 0 || tally === null;
  return endedBadly && known.failed === 0 ? { ...known, failed: 1 } : known;
}
