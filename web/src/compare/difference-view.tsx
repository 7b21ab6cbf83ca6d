import { useEffect, useRef, useState } from 'react';
import { type Picture, pathOf } from '../api/outputs.ts';
import { Segments } from '../parts/choice-field.tsx';
import { amplified } from './amplified.ts';
import css from './compare.module.css';

type Gain = '1' | '4' | '16';
const gains: readonly { value: Gain; label: string }[] = [
  { value: '1', label: '× 1' },
  { value: '4', label: '× 4' },
  { value: '16', label: '× 16' },
];

/** How far the pictures are apart, pixel by pixel. */
export function DifferenceView({ a, b }: { a: Picture; b: Picture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [gain, setGain] = useState<Gain>('4');
  const [said, setSaid] = useState('');
  useEffect(() => {
    let isOld = false;
    draw(canvas.current, a, b, Number(gain)).then(
      (text) => !isOld && setSaid(text),
      () => !isOld && setSaid('One of the pictures cannot be read.'),
    );
    return () => {
      isOld = true;
    };
  }, [a, b, gain]);
  return (
    <>
      <canvas ref={canvas} className={css.canvas} role="img" aria-label={`Difference: ${said}`} />
      <div className={css.gains}>
        <Segments label="Gain" hideLabel value={gain} options={gains} onChange={setGain} />
        <p className={css.note}>{said}</p>
      </div>
    </>
  );
}

async function draw(canvas: HTMLCanvasElement | null, a: Picture, b: Picture, gain: number): Promise<string> {
  const context = canvas?.getContext('2d', { willReadFrequently: true });
  if (!canvas || !context) return '';
  if (a.kind === 'video' || b.kind === 'video') return 'Videos are compared side by side.';
  const { width, height } = a;
  Object.assign(canvas, { width, height });
  const [one, other] = await Promise.all([a, b].map((picture) => pixels(pathOf(picture), width, height)));
  if (one === undefined || other === undefined) return '';
  const { data, largest, share } = amplified(one, other, gain);
  context.putImageData(new ImageData(data, width, height), 0, 0);
  const size =
    a.width === b.width && a.height === b.height ? '' : ' The right one is scaled to the size of the left.';
  if (largest === 0) return `The same, pixel for pixel.${size}`;
  return `Up to ${largest} of 255 apart; ${(share * 100).toFixed(1)} % of the pixels by more than 2.${size}`;
}

async function pixels(path: string, width: number, height: number): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(await (await fetch(path)).blob());
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no pictures.');
  context.drawImage(bitmap, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
}
