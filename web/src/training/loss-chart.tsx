import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type LossPoint, lossQuery, type Training } from '../api/trainings.ts';
import { Segments } from '../parts/choice-field.tsx';
import { SliderField } from '../parts/number-field.tsx';
import { Empty } from '../parts/problem.tsx';
import css from './training.module.css';
import { smoothed } from './training-text.ts';

type Scale = 'linear' | 'log';
const height = 360;

/** The loss by step: what was measured, faint, and its running mean. */
export default function LossChart({ training }: { training: Training }) {
  const isRunning = training.status === 'in_progress';
  const { data: points = [], isSuccess } = useQuery(lossQuery(training.training_id, isRunning));
  const [weight, setWeight] = useState(0.9);
  const [scale, setScale] = useState<Scale>('linear');
  if (isSuccess && points.length === 0) return <Empty title="No loss yet" />;
  return (
    <div className={css.chart}>
      <div className={css.chartBar}>
        <SliderField
          label="Smoothing"
          value={weight}
          onChange={setWeight}
          minimum={0}
          maximum={0.99}
          step={0.01}
        />
        <Segments
          label="Scale"
          value={scale}
          onChange={setScale}
          options={[
            { value: 'linear', label: 'Linear' },
            { value: 'log', label: 'Log' },
          ]}
        />
      </div>
      <Plot points={points} weight={weight} scale={scale} />
      <p className={css.note}>
        {points.length} points, lowest mean{' '}
        {Math.min(
          ...smoothed(
            points.map(({ loss }) => loss),
            weight,
          ),
        ).toFixed(4)}
      </p>
    </div>
  );
}

function Plot({ points, weight, scale }: { points: readonly LossPoint[]; weight: number; scale: Scale }) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const { current } = frame;
    if (current === null) return;
    const made = new uPlot(options(current, scale), [[], [], []], current);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: current.clientWidth, height }));
    observer.observe(current);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [scale]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scale is another plot, which has no data yet.
  useEffect(() => {
    const losses = points.map(({ loss }) => loss);
    plot.current?.setData([points.map(({ step }) => step), losses, smoothed(losses, weight)]);
  }, [points, weight, scale]);
  return <div ref={frame} role="img" aria-label={`Loss over ${points.at(-1)?.step ?? 0} steps`} />;
}

function options(frame: HTMLElement, scale: Scale): uPlot.Options {
  const colour = (name: string) => resolved(frame, `var(${name})`);
  const axis: uPlot.Axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: '12px ui-monospace, monospace',
  };
  return {
    width: frame.clientWidth,
    height,
    scales: { x: { time: false }, y: { distr: scale === 'log' ? 3 : 1 } },
    axes: [axis, { ...axis, size: 64 }],
    series: [
      { label: 'Step' },
      { label: 'Loss', stroke: colour('--edge'), width: 1, alpha: 0.45, points: { show: false } },
      { label: 'Mean', stroke: colour('--accent'), width: 2, points: { show: false } },
    ],
  };
}

/** A canvas takes colours and no variables. */
function resolved(frame: HTMLElement, value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  frame.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
