import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Picture } from '../api/outputs.ts';
import { Full } from '../picture/picture.tsx';
import css from './compare.module.css';

interface View {
  zoom: number;
  x: number;
  y: number;
}

const mostZoom = 16;

/** Both, next to each other. The wheel zooms and dragging moves, in both at once. */
export function SideBySide({ a, b }: { a: Picture; b: Picture }) {
  const [view, setView] = useState<View>({ zoom: 1, x: 0, y: 0 });
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = frame;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      setView(({ zoom, x, y }) => {
        const next = Math.min(mostZoom, Math.max(1, zoom * (event.deltaY < 0 ? 1.2 : 1 / 1.2)));
        return next === 1 ? { zoom: 1, x: 0, y: 0 } : { zoom: next, x, y };
      });
    };
    current?.addEventListener('wheel', onWheel, { passive: false });
    return () => current?.removeEventListener('wheel', onWheel);
  }, []);
  const drag = ({ buttons, movementX, movementY }: PointerEvent) => {
    if (buttons === 1 && view.zoom > 1) setView({ ...view, x: view.x + movementX, y: view.y + movementY });
  };
  const transform = `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`;
  return (
    <div ref={frame} className={css.sides} onPointerMove={drag}>
      {[a, b].map((picture, index) => (
        <figure key={index === 0 ? 'left' : 'right'} className={css.side}>
          <div style={{ transform }} className={css.zoomed} data-pixels={view.zoom > 4 || undefined}>
            <Full picture={picture} />
          </div>
        </figure>
      ))}
    </div>
  );
}
