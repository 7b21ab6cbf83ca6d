import type { operations } from '../../client/api.ts';

export type Verification = operations['getVerification']['responses'][200]['content']['application/json'];
type Pair = Verification['pairs'][number];

/** A line a pair, what was skipped and what explains it, and the verdict at the end. */
export function tellVerification(ended: Verification, report: string | null): void {
  const { pairs, skipped, causes, ruled_out, notes, warnings } = ended;
  for (const pair of pairs) console.log(line(pair));
  for (const { step, index, reason } of skipped) console.log(`skip  ${where(step, index)}  ${reason}`);
  for (const { sentence } of causes) console.log(`why   ${sentence}`);
  if (causes.length > 0 || pairs.some(({ passed }) => !passed))
    for (const tried of ruled_out) console.log(`not   ${tried}`);
  for (const note of notes) console.log(`note  ${note}`);
  for (const warning of warnings) console.error(`note: ${warning}`);
  console.log(verdictLine(ended));
  if (report !== null) console.log(report);
}

function line({ step, index, grade, passed, figures, problem }: Pair): string {
  const told =
    figures === null
      ? (problem ?? '')
      : [
          figures.psnr === null ? 'equal' : `${figures.psnr.toFixed(1)} dB`,
          `SSIM ${figures.ssim.toFixed(3)}`,
          `largest ${figures.largest}`,
        ].join(', ');
  return `${passed ? 'pass' : 'FAIL'}  ${where(step, index)}  ${grade.replace('_', ' ').padEnd(12)}  ${told}`;
}

const where = (step: number | null, index: number | null): string =>
  `${step === null ? '' : `step ${step}`}${step !== null && index !== null ? ', ' : ''}${index === null ? '' : `prompt ${index}`}`.padEnd(
    24,
  );

function verdictLine({ name, verdict, pairs, skipped, bar }: Verification): string {
  const passed = pairs.filter((pair) => pair.passed).length;
  const left = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
  switch (verdict) {
    case 'passed':
      return `${name}: passed, ${passed} of ${pairs.length}${left}. Each is ${bar}.`;
    case 'failed':
      return `${name}: failed, ${pairs.length - passed} of ${pairs.length} do not pass${left}. The bar is ${bar}.`;
    case 'nothing_comparable':
      return `${name}: nothing could be compared${left}.`;
    case 'cannot_render':
      return `${name}: it cannot be rendered here: ${pairs[0]?.problem ?? 'no picture came out'}`;
    case null:
      return `${name}: it has not ended.`;
  }
}
