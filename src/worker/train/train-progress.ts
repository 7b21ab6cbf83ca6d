/**
 * How far a training is, from what the engine reports. The fraction is that of its steps; the time left is the median of the last
 * reports times the steps left, and what the samples ahead take by those so far.
 */
import type { TrainReport } from '../../engines/engine.ts';
import type { JobProgress } from '../../jobs/job-event.ts';
import type { TrainingPlan } from '../../training/training-plan.ts';
import type { TrainingPoint } from '../../training/training-store.ts';

const remembered = 50;
/** Points that a curve is kept with at most. */
const mostPoints = 2_000;

export interface TrainProgress {
  /** Null for what says nothing new. `seconds`: a clock that never jumps back. */
  observe(report: TrainReport, seconds: number): JobProgress | null;
  /** Points since the last call that are to be kept. */
  takePoints(): TrainingPoint[];
  secondsPerStep(): number | null;
}

type Settings = Pick<TrainingPlan['settings'], 'steps' | 'sample_steps'>;

/** `start`: updates that earlier attempts have done. */
export function trackTraining(settings: Settings, samples: number, start: number): TrainProgress {
  const { steps } = settings;
  const stride = Math.max(1, Math.ceil(steps / mostPoints));
  const perStep: number[] = [];
  const sampling: { seconds: number; count: number; began: number | null } = {
    seconds: 0,
    count: 0,
    began: null,
  };
  let [done, lastPoint] = [start, start - stride];
  let loss: number | null = null;
  let points: TrainingPoint[] = [];

  const progress = (phase: JobProgress['phase'], step: number, total: number): JobProgress => ({
    phase,
    call: null,
    calls: 1,
    step,
    total,
    fraction: Math.round((done / steps) * 10_000) / 10_000,
    etaSeconds: etaOf(),
    ...(loss === null ? {} : { loss }),
  });

  function etaOf(): number | null {
    const median = perStep.toSorted((a, b) => a - b)[Math.floor(perStep.length / 2)];
    if (median === undefined) return null;
    const perSample = sampling.count === 0 ? 0 : sampling.seconds / sampling.count;
    const ahead = settings.sample_steps.filter((step) => step > done).length * samples;
    return Math.round(10 * (median * (steps - done) + perSample * ahead)) / 10;
  }

  function observeStep({ step, loss: mean, lr, seconds }: Extract<TrainReport, { type: 'step' }>): void {
    done = step;
    loss = mean;
    perStep.push(seconds);
    if (perStep.length > remembered) perStep.shift();
    if (step - lastPoint < stride && step < steps) return;
    points.push({ step, loss: mean, learningRate: lr });
    lastPoint = step;
  }

  return {
    observe: (report, seconds) => {
      switch (report.type) {
        case 'step':
          observeStep(report);
          return progress('training', done, steps);
        case 'stage':
          sampling.began = report.stage === 'sampling' ? seconds : null;
          return report.stage === 'training'
            ? progress('training', done, steps)
            : progress(report.stage, report.step, report.total);
        case 'frame':
          if (sampling.began !== null) {
            sampling.seconds += seconds - sampling.began;
            sampling.count += 1;
            sampling.began = seconds;
          }
          return null;
        default:
          return null;
      }
    },
    takePoints: () => {
      const taken = points;
      points = [];
      return taken;
    },
    secondsPerStep: () => perStep.at(-1) ?? null,
  };
}
