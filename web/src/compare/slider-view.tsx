import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Picture } from '../api/outputs.ts';
import { Full } from '../picture/picture.tsx';
import css from './compare.module.css';

const fine = 1;
const coarse = 10;

/** One picture over the other, cut where the handle is. Arrows move it by one percent, with Shift by ten. */
export function SliderView({ a, b }: { a: Picture; b: Picture }) {
  const [at, setAt] = useState(50);
  const frame = useRef<HTMLDivElement>(null);
  const move = (event: PointerEvent) => {
    const box = frame.current?.getBoundingClientRect();
    if (box !== undefined && event.buttons === 1)
      setAt(clamp(((event.clientX - box.left) / box.width) * 100));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? coarse : fine;
    const to: Readonly<Record<string, number>> = {
      ArrowLeft: at - step,
      ArrowRight: at + step,
      Home: 0,
      End: 100,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(clamp(next));
  };
  return (
    <div
      ref={frame}
      className={css.frame}
      style={{ aspectRatio: `${a.width} / ${a.height}` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={move}
    >
      <Full picture={b} className={css.layer} />
      <div className={css.clip} style={{ clipPath: `inset(0 ${100 - at}% 0 0)` }}>
        <Full picture={a} className={css.layer} />
      </div>
      <div
        role="slider"
        tabIndex={0}
        aria-label="Where the left picture ends"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(at)}
        aria-valuetext={`${Math.round(at)} percent of the left picture`}
        className={css.handle}
        style={{ left: `${at}%` }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

const clamp = (value: number): number => Math.min(100, Math.max(0, value));
