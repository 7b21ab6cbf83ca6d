import { useState } from 'react';
import type { Picture } from '../api/outputs.ts';
import { pathOf, thumbnailOf } from '../api/outputs.ts';
import { classes } from '../parts/classes.ts';
import css from './picture.module.css';

type Shown = Pick<Picture, 'request_id' | 'index' | 'kind' | 'width' | 'height' | 'recipe'>;

const altOf = ({ recipe, kind }: Pick<Shown, 'recipe' | 'kind'>): string =>
  recipe?.prompt || (kind === 'video' ? 'A video without a recipe' : 'A picture without a recipe');

/** A small one, from the server's thumbnails. */
export function Thumbnail({ picture, large = false }: { picture: Shown; large?: boolean }) {
  const [missing, setMissing] = useState(false);
  if (missing) return <span className={css.missing}>gone</span>;
  return (
    <img
      className={css.thumbnail}
      src={thumbnailOf(picture, large ? 512 : 256)}
      alt={altOf(picture)}
      width={picture.width}
      height={picture.height}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setMissing(true)}
    />
  );
}

/** The whole picture, or the video. */
export function Full({ picture, className }: { picture: Shown; className?: string }) {
  const shared = { src: pathOf(picture), width: picture.width, height: picture.height };
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return picture.kind === 'video' ? (
    <video
      {...shared}
      className={classes(css.full, className)}
      controls
      loop
      muted
      autoPlay={!still}
      aria-label={altOf(picture)}
    />
  ) : (
    <img {...shared} className={classes(css.full, className)} alt={altOf(picture)} decoding="async" />
  );
}
