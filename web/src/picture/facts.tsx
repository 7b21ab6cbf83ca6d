import { useQuery } from '@tanstack/react-query';
import { modelsQuery } from '../api/models.ts';
import type { Picture } from '../api/outputs.ts';
import css from './panel.module.css';

/** How a picture was made, in the order in which people ask. */
export function PictureFacts({ picture }: { picture: Picture }) {
  const { data: models } = useQuery(modelsQuery);
  const { recipe } = picture;
  const label = models?.find(({ id }) => id === picture.model)?.label ?? picture.model;
  const rows: [string, string | null][] = [
    ['Model', label],
    ...(recipe?.loras ?? []).map(({ path, network_multiplier, transformer }): [string, string] => [
      transformer === null ? 'LoRA' : `LoRA, ${transformer} noise`,
      `${path.split('/').at(-1)} × ${network_multiplier}`,
    ]),
    ['Seed', String(picture.seed)],
    ['Size', `${picture.width} × ${picture.height}`],
    ['Steps', recipe === null ? null : String(recipe.sample_steps)],
    ['Guidance', recipe === null ? null : String(recipe.guidance_scale)],
    ['Sampler', recipe?.sampler ?? null],
    ['Frames', picture.kind === 'video' ? `${picture.num_frames} at ${picture.fps}/s` : null],
    ['Control pictures', recipe?.control_images.length ? String(recipe.control_images.length) : null],
    ['File', `${picture.format.toUpperCase()}, ${size(picture.bytes)}`],
    ['Made', new Date(picture.created_at).toLocaleString()],
  ];
  return (
    <>
      {recipe !== null && <p className={css.prompt}>{recipe.prompt}</p>}
      {recipe?.neg && <p className={css.negative}>not: {recipe.neg}</p>}
      <dl className={css.facts}>
        {rows.map(([name, value]) =>
          value === null ? null : (
            <div key={`${name}${value}`}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </>
  );
}

export function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
