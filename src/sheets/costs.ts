/** What rendering the requests of a sheet takes, before any of it is begun. */
import { parseProvenance } from '../files/encode/provenance.ts';
import type { NewJob } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Call } from '../render/plan.ts';
import type { StoredRender } from '../render/stored-render.ts';
import { mergedLoras, stackOf } from './choose-requests.ts';
import { estimateSeconds, type MeasuredPicture, type SecondsEstimate } from './estimate-seconds.ts';
import type { CellSource } from './sheet-store.ts';

export interface Costs {
  cells: number;
  /** Pictures that have to be rendered. */
  pictures: number;
  /** Cells that show a picture which there is. */
  reused: number;
  /** Times that LoRAs are merged into the model. */
  merges: number;
  /** Pipelines that have to be in memory, by the queues that wait for them. */
  queues: string[];
  /** LoRAs that have to be downloaded first. */
  loraDownloads: number;
  /** Bytes of the files, roughly. */
  bytes: number;
  seconds: SecondsEstimate;
}

const mostMeasured = 60;
const mostJobs = 30;
/** Bytes of a pixel in a file, where no picture of the model says better. */
const guessedBytes = { png: 1.6, jpeg: 0.5, webp: 0.3, mp4: 0.05 } as const;

export async function costsOf(
  { sources, fresh }: { sources: readonly CellSource[]; fresh: readonly NewJob<StoredRender>[] },
  jobs: Pick<Jobs, 'outputs' | 'list'>,
): Promise<Costs> {
  const [model] = fresh.map((job) => job.model);
  const { measured, bytesOfPixel, overheads } = model === undefined ? nothing : await measuredOf(model, jobs);
  const stacks = new Set(fresh.filter(({ task }) => mergedLoras(task).length > 0).map(stackOf));
  const queues = [...new Set(fresh.map(({ queue }) => queue))];
  const calls = fresh.flatMap(({ task }) => task.plan.calls.slice(0, 1));
  return {
    cells: sources.length,
    pictures: fresh.length,
    reused: sources.filter(({ reused }) => reused).length,
    merges: stacks.size,
    queues,
    loraDownloads: new Set(
      fresh.flatMap(({ task }) =>
        task.plan.adapters.flatMap(({ sha256, source }) => (sha256 === null ? (source?.url ?? []) : [])),
      ),
    ).size,
    bytes: Math.round(sum(fresh.map((job) => fileBytes(job, bytesOfPixel)))),
    seconds: estimateSeconds(calls.map(workOf), measured, {
      load: overheads.load * queues.length,
      merge: overheads.merge * stacks.size,
    }),
  };
}

const nothing = { measured: [], bytesOfPixel: new Map<string, number>(), overheads: { load: 0, merge: 0 } };

/** Steps times pixels times frames: what the time of a picture grows with. */
export const workOf = ({
  steps,
  width,
  height,
  num_frames,
}: Pick<Call, 'steps' | 'width' | 'height' | 'num_frames'>) => steps * width * height * num_frames;

function fileBytes({ task }: NewJob<StoredRender>, bytesOfPixel: ReadonlyMap<string, number>): number {
  const [call] = task.plan.calls;
  if (call === undefined) return 0;
  const format = call.output === 'video' ? 'mp4' : task.output.format;
  return call.width * call.height * call.num_frames * (bytesOfPixel.get(format) ?? guessedBytes[format]);
}

/** What the newest pictures of a model took, whoever they are for: times say nothing of what is in them. */
async function measuredOf(model: string, { outputs, list }: Pick<Jobs, 'outputs' | 'list'>) {
  const [page, ended] = await Promise.all([
    outputs.list({ model, limit: mostMeasured }),
    list({ model, kind: 'render', status: 'succeeded', limit: mostJobs }),
  ]);
  const measured = page.outputs.flatMap(({ output, recipe }): MeasuredPicture[] => {
    const steps = recipe === null ? undefined : parseProvenance(recipe)?.steps;
    const { width, height, frames, seconds } = output;
    return steps === undefined
      ? []
      : [{ seconds, work: workOf({ steps, width, height, num_frames: frames }) }];
  });
  const byFormat = Map.groupBy(page.outputs, ({ output }) => output.format);
  const bytesOfPixel = new Map(
    [...byFormat].map(([format, some]): [string, number] => [
      format,
      sum(some.map(({ output }) => output.bytes)) /
        sum(some.map(({ output }) => output.width * output.height * output.frames)),
    ]),
  );
  const timings = ended.jobs.flatMap(({ timings: one }) => one ?? []);
  return {
    measured,
    bytesOfPixel,
    overheads: {
      load: middle(timings.map(({ load_pipeline }) => load_pipeline).filter((seconds) => seconds > 0.01)),
      merge: middle(timings.map(({ adapters }) => adapters).filter((seconds) => seconds > 0.01)),
    },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
