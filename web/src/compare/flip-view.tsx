import { useEffect, useState } from 'react';
import type { Picture } from '../api/outputs.ts';
import { Button } from '../parts/button.tsx';
import { classes } from '../parts/classes.ts';
import { isTyping } from '../parts/is-typing.ts';
import { Full } from '../picture/picture.tsx';
import css from './compare.module.css';

/** One in the place of the other, for as long as Space or the button is held. */
export function FlipView({ a, b }: { a: Picture; b: Picture }) {
  const [isFlipped, setFlipped] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== ' ' || isTyping(event.target)) return;
      event.preventDefault();
      setFlipped(event.type === 'keydown');
    };
    window.addEventListener('keydown', onKey);
    window.addEventListener('keyup', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('keyup', onKey);
    };
  }, []);
  return (
    <>
      <div className={css.frame} style={{ aspectRatio: `${a.width} / ${a.height}` }}>
        <Full picture={a} className={css.layer} />
        <div className={classes(css.clip, !isFlipped && css.away)}>
          <Full picture={b} className={css.layer} />
        </div>
      </div>
      <Button onPressStart={() => setFlipped(true)} onPressEnd={() => setFlipped(false)}>
        {isFlipped ? 'Right' : 'Left'}: hold for the other
      </Button>
    </>
  );
}
