/** Tests counted across runners. A runner that ends badly without a failed test to show for it counts as one failure. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Names of what failed, as far as the runners say. */
  failures: string[];
  /** Names of what failed first and passed on the second try: races worth a look. */
  retried: string[];
}

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], retried: [] };

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, tally) => ({
      passed: sum.passed + tally.passed,
      failed: sum.failed + tally.failed,
      skipped: sum.skipped + tally.skipped,
      failures: [...sum.failures, ...tally.failures],
      retried: [...sum.retried, ...tally.retried],
    }),
    emptyTally,
  );
}

/** The end of `npm test`: what failed, what passed on the second try, and `12 passed, 0 failed` with what was skipped. */
export function tallyLines({ passed, failed, skipped, failures, retried }: Tally): string {
  return [
    ...retried.map((name) => `Passed on the second try: ${name}`),
    ...failures.map((name) => `Failed: ${name}`),
    `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`,
  ].join('\n');
}

/** What a runner's report says, corrected by its exit code: a crash must not pass as success. */
export function withExitCode(tally: Tally | null, exitCode: number, runner: string): Tally {
  const known = tally ?? emptyTally;
  const endedBadly = exitCode !== 0 || tally === null;
  if (!endedBadly || known.failed > 0) return known;
  return { ...known, failed: 1, failures: [`${runner} ended with code ${exitCode}`] };
}
