import { jobFileKey } from '../../files/file-key.ts';
import type { FileStore } from '../../files/file-store.ts';
import type { Verified } from '../run-verification.ts';
import type { VerificationTask } from '../verification-task.ts';
import { reportHtml } from './report-html.ts';
import { type PictureName, pictureNames } from './report-picture.ts';

/** The report of a verification, and the pictures in it, as files of its job. */
export async function keepReport(
  { id, task }: { id: string; task: VerificationTask },
  { result, pictures }: Verified,
  { files, clock }: { files: Pick<FileStore, 'put'>; clock: () => Date },
): Promise<void> {
  const html = reportHtml({ result, pictures, command: commandOf(task), at: clock() });
  await files.put(reportKey(id), Buffer.from(html), 'text/html; charset=utf-8');
  for (const [index, picture] of pictures.entries())
    for (const name of pictureNames) {
      const webp = picture?.[name] ?? null;
      if (webp !== null) await files.put(pairKey(id, index, name), webp, 'image/webp');
    }
}

export const reportKey = (job: string): string => jobFileKey(job, `${job}_report.html`);
export const pairKey = (job: string, index: number, name: PictureName): string =>
  jobFileKey(job, `${job}_pair_${index}_${name}.webp`);

/** What does the same on the command line. */
function commandOf({ source, steps, prompts, model, explain, minPsnr }: VerificationTask): string {
  const what = source.kind === 'folder' ? JSON.stringify(source.path) : source.id;
  return [
    `darkroom verify ${what}`,
    ...(steps === 'all' ? [] : [`--steps ${Array.isArray(steps) ? steps.join(',') : steps}`]),
    ...(prompts === null ? [] : [`--prompts ${prompts.join(',')}`]),
    ...(model === null ? [] : [`--model ${model}`]),
    `--explain ${explain}`,
    ...(minPsnr === null ? [] : [`--min-psnr ${minPsnr}`]),
  ].join(' ');
}
