import type { Pair, VerificationResult } from '../verification-task.ts';
import { escaped, gradeWords, skippedLine } from './report-html.ts';

/** What it says of a verification. */
export interface JunitFacts {
  name: string | null;
  pairs: readonly (Pick<Pair, 'step' | 'index' | 'grade' | 'problem'> & {
    passed: boolean;
    figures: { psnr: number | null } | null;
  })[];
  skipped: VerificationResult['skipped'];
  causes: readonly { sentence: string }[];
}

/** For continuous integration: a test case for each pair, in the format that most servers read as JUnit's. */
export function reportJunit({ name: given, pairs, skipped, causes }: JunitFacts): string {
  const name = given ?? '';
  const why = causes.map(({ sentence }) => sentence).join('; ');
  const cases = pairs.map(({ step, index, grade, passed, figures, problem }) => {
    const psnr = figures?.psnr;
    const told = [
      gradeWords[grade],
      ...(psnr == null ? [] : [`${psnr.toFixed(1)} dB`]),
      ...(problem === null ? [] : [problem]),
    ].join(', ');
    const failure = passed ? '' : `<failure message="${escaped(told)}">${escaped(why)}</failure>`;
    return `  <testcase classname="${escaped(name)}" name="step ${step}, prompt ${index}">${failure}</testcase>`;
  });
  const left = skipped.map(
    (one) =>
      `  <testcase classname="${escaped(name)}" name="${escaped(skippedLine(one).split(':', 1)[0] ?? '')}"><skipped message="${escaped(one.reason)}"/></testcase>`,
  );
  const failures = pairs.filter(({ passed }) => !passed).length;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="darkroom verify ${escaped(name)}" tests="${pairs.length + skipped.length}" failures="${failures}" skipped="${skipped.length}">
${[...cases, ...left].join('\n')}
</testsuite>
`;
}
