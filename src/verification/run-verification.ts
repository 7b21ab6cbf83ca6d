/**
 * Hold the previews of a training against what Darkroom renders with its LoRAs:
 *
 *   read the job ─▶ match previews and LoRAs ─▶ render what can be compared ─▶ compare, compressed alike ─▶ explain what differs ─▶ report
 *
 * Renders are ordinary requests of low priority, named after the verification: done again after a stop, they are the same.
 */

import type { Figures } from '../pictures/compare/figures.ts';
import type { Grade } from '../pictures/compare/grade.ts';
import { gradesApart } from '../pictures/compare/grade.ts';
import { type Compared, comparePair, type DecodeVideo, sizeOfSample } from './compare-pair.ts';
import { type Explanation, explain, type Failed, type Judge } from './explain.ts';
import type { JobSource } from './job-source.ts';
import { type Cell, matchPairs } from './match-pairs.ts';
import {
  type RenderContext,
  type Rendered,
  type Rendering,
  type RenderParts,
  renderPreviews,
} from './render-previews.ts';
import { type ReportPicture, reportPicture } from './report/report-picture.ts';
import type { Pair, VerificationResult, VerificationTask } from './verification-task.ts';

export interface VerificationParts extends RenderParts {
  /** Throws JobUnreadable, and DarkroomError for a model or training that there is not. */
  readSource: (task: VerificationTask) => Promise<JobSource>;
  decodeVideo: DecodeVideo;
  /** Versions and device of what rendered an output. */
  madeWith: (
    job: string,
    index: number,
  ) => Promise<{ versions: Record<string, string>; device: string | null }>;
}

export interface VerificationRun {
  id: string;
  signal: AbortSignal;
  onChild: (id: string) => void;
  onProgress: (done: number, total: number) => void;
}

/** A verification with the pictures of its report, in the order of the pairs. */
export interface Verified {
  result: VerificationResult;
  pictures: (ReportPicture | null)[];
}

/** At most, where pictures are equal. */
const equalPsnr = 99;

/** Throws JobUnreadable, and what aborting throws. */
export async function runVerification(
  task: VerificationTask,
  run: VerificationRun,
  parts: VerificationParts,
): Promise<Verified> {
  const source = await parts.readSource(task);
  const { cells, skipped } = matchPairs(source, task);
  const counts = { done: 0, total: cells.length };
  const context: RenderContext = {
    ...{ id: run.id, task, entry: source.entry, tiledDecoding: source.tiledDecoding, signal: run.signal },
    onChild: run.onChild,
    onDone: (count) => {
      counts.done += count;
      run.onProgress(counts.done, Math.max(counts.total, counts.done));
    },
  };
  const rendered = await renderPreviews(cells.map(renderingOf), context, parts);
  const judged = await Promise.all(
    cells.map((cell, index) => judgeCell(cell, rendered[index], { task, source, run, parts })),
  );
  const pairs = judged.flatMap(({ pair }) => pair ?? []);
  const damaged = judged.flatMap(({ damage }) => damage ?? []);
  const failed = failedOf(judged, source);
  const judge = judgeWith(context, { run, parts });
  const explanation: Explanation =
    task.explain === 'off' ? { causes: [], ruledOut: [] } : await explain(failed, task.explain, judge);
  const made = rendered.find((one) => one.kind === 'done');
  const { versions, device } =
    made?.kind === 'done' ? await parts.madeWith(made.job, made.index) : { versions: {}, device: null };
  const result: VerificationResult = {
    verdict: verdictOf(pairs),
    name: source.name,
    model: source.entry.id,
    bar: barOf(task, source),
    pairs,
    skipped: [...skipped, ...damaged],
    ...explanation,
    notes: [...source.notes, ...notesOf(pairs, source, explanation, task)],
    renders: counts.done,
    versions,
    device,
    loras: source.epochs
      .filter(({ step }) => cells.some((cell) => cell.step === step))
      .flatMap(({ step, name, files }) => files.map(({ sha256 }) => ({ step, name, sha256 }))),
  };
  return { result, pictures: judged.flatMap(({ pair, picture }) => (pair === null ? [] : [picture])) };
}

const renderingOf = ({ epoch, preview }: Cell): Rendering => ({ epoch, prompt: preview.prompt });

interface Judged {
  cell: Cell;
  /** Null for a sample that cannot be decoded. */
  pair: Pair | null;
  damage: VerificationResult['skipped'][number] | null;
  compared: Compared | null;
  picture: ReportPicture | null;
}

interface Judging {
  task: VerificationTask;
  source: JobSource;
  run: VerificationRun;
  parts: VerificationParts;
}

async function judgeCell(cell: Cell, rendered: Rendered | undefined, judging: Judging): Promise<Judged> {
  const { run, parts } = judging;
  const { step, index, sample } = cell;
  const theirs = await sample.read().catch(() => null);
  const none = { cell, compared: null, picture: null };
  if (theirs === null || (await sizeOfSample(theirs)) === null) {
    const reason = `the sample ${sample.name} cannot be read: it is damaged, half written or gone`;
    return { ...none, pair: null, damage: { step, index, reason } };
  }
  if (rendered?.kind !== 'done') {
    const problem = rendered?.why ?? 'it was not rendered';
    return { ...none, pair: pairOf(cell, null, { problem, ours: null }, judging), damage: null };
  }
  const compared = await comparePair(theirs, rendered, {
    decodeVideo: parts.decodeVideo,
    signal: run.signal,
  });
  const ours = { job: rendered.job, index: rendered.index };
  const pair = pairOf(cell, compared, { problem: sizesApart(compared), ours }, judging);
  return { cell, pair, damage: null, compared, picture: await reportPicture(compared) };
}

const sizesApart = ({ figures, theirs, ours }: Compared): string | null =>
  figures === null ? `theirs has ${shape(theirs)} and ours ${shape(ours)}` : null;

const shape = ({ width, height, frames }: Compared['ours']): string =>
  `${width}×${height} pixels${frames > 1 ? ` and ${frames} frames` : ''}`;

function pairOf(
  { step, index, sample, preview }: Cell,
  compared: Compared | null,
  told: Pick<Pair, 'problem' | 'ours'>,
  { task, source }: Judging,
): Pair {
  const { prompt, seed, width, height, steps, guidanceScale, scales } = preview.prompt;
  const grade = compared?.grade ?? 'different';
  const figures = compared?.figures ?? null;
  const strength = step === 0 || typeof scales !== 'number' ? [] : [`multiplier ${scales}`];
  return {
    step,
    index,
    prompt,
    seed: seed ?? 0,
    settings: [
      `${width}×${height}`,
      `seed ${seed}`,
      `${steps} steps`,
      `guidance ${guidanceScale}`,
      ...strength,
    ].join(', '),
    file: sample.name,
    grade,
    isPass: isPass(grade, figures, task, source),
    figures,
    ...told,
  };
}

function isPass(
  grade: Grade,
  figures: Figures | null,
  { minPsnr }: VerificationTask,
  { lowersBar }: JobSource,
): boolean {
  if (grade === 'identical') return true;
  if (figures === null) return false;
  if (minPsnr !== null) return figures.psnr !== null && figures.psnr >= minPsnr;
  return gradesApart(grade, lowersBar === null ? 'rounding' : 'same_picture') >= 0;
}

function barOf({ minPsnr }: VerificationTask, { lowersBar }: JobSource): string {
  if (minPsnr !== null) return `a PSNR of ${minPsnr} dB or more`;
  return lowersBar === null
    ? 'the same but for rounding (PSNR of 40 dB or more, SSIM of 0.98 or more)'
    : `the same picture (SSIM of 0.85 or more, perceptual hash at most 8 apart), since ${lowersBar}`;
}

function verdictOf(pairs: readonly Pair[]): VerificationResult['verdict'] {
  if (pairs.length === 0) return 'nothing_comparable';
  if (pairs.every(({ ours }) => ours === null)) return 'cannot_render';
  return pairs.every((pair) => pair.isPass) ? 'passed' : 'failed';
}

/** Those that were rendered and did not pass, the worst first; of those that are alike, with a LoRA before without. */
function failedOf(judged: readonly Judged[], source: JobSource): Failed[] {
  return judged
    .flatMap(({ cell, pair, compared }): Failed[] => {
      if (pair === null || compared === null || pair.isPass) return [];
      const context = {
        source,
        size: compared.theirs,
        ownSize: compared.ours,
        isSimilar: (compared.figures?.ssim ?? 0) >= 0.4,
      };
      return [{ cell, grade: compared.grade, psnr: psnrOf(compared), context }];
    })
    .sort((a, b) => (a.psnr ?? 0) - (b.psnr ?? 0));
}

/** Null where the sizes differ. */
const psnrOf = ({ figures }: Compared): number | null =>
  figures === null ? null : (figures.psnr ?? equalPsnr);

function judgeWith(
  context: RenderContext,
  { run, parts }: { run: VerificationRun; parts: VerificationParts },
): Judge {
  return async (tried) => {
    const rendered = await renderPreviews(
      tried.map(({ rendering }) => rendering),
      context,
      parts,
    );
    return Promise.all(
      tried.map(async ({ cell }, index) => {
        const one = rendered[index];
        if (one?.kind !== 'done') return null;
        const theirs = await cell.sample.read();
        const compared = await comparePair(theirs, one, {
          decodeVideo: parts.decodeVideo,
          signal: run.signal,
        });
        return { grade: compared.grade, psnr: psnrOf(compared) ?? 0 };
      }),
    );
  };
}

function notesOf(
  pairs: readonly Pair[],
  { lowersBar, entry }: JobSource,
  { causes }: Explanation,
  { explain: depth }: VerificationTask,
): string[] {
  const failed = pairs.filter((pair) => !pair.isPass && pair.ours !== null);
  if (failed.length === 0) return [];
  const first = pairs.filter(({ step }) => step === 0);
  const isBaseRight = first.length > 0 && first.every((pair) => pair.isPass);
  const isBaseWrong = first.some((pair) => !pair.isPass);
  return [
    ...(isBaseRight
      ? ['Step 0 is right and later steps are not: what differs is the LoRA, EMA or an adapter.']
      : []),
    ...(isBaseWrong && causes.length === 0
      ? [
          `Step 0 differs too, without a LoRA: it may be the base, whose commit here is that of ${entry.checkpoint.repository}, or how its weights are held.`,
        ]
      : []),
    ...(causes.length === 0 && depth === 'quick'
      ? ['Unexplained. A full explanation tries many more values (--explain full).']
      : []),
    ...(causes.length === 0 && depth === 'full' ? ['Unexplained.'] : []),
    ...(lowersBar === null ? [] : [`The bar is lower, since ${lowersBar}.`]),
  ];
}
