import { useNavigate } from '@tanstack/react-router';
import { Check, Heart, Play } from 'lucide-react';
import type { Picture } from '../api/outputs.ts';
import { Thumbnail } from '../picture/picture.tsx';
import css from './gallery.module.css';

interface TileProps {
  picture: Picture;
  index: number;
  isCurrent: boolean;
  isSelected: boolean;
  hasSelection: boolean;
  onSelect: () => void;
  onCurrent: () => void;
}

/** A picture of the grid: a press opens it, one with Ctrl or Shift, or beside others, selects it. */
export function Tile({
  picture,
  index,
  isCurrent,
  isSelected,
  hasSelection,
  onSelect,
  onCurrent,
}: TileProps) {
  const navigate = useNavigate();
  const { request_id: request } = picture;
  const open = () =>
    void navigate({ to: '/gallery/$request/$index', params: { request, index: String(picture.index) } });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys.
    <div
      role="gridcell"
      tabIndex={isCurrent ? 0 : -1}
      data-index={index}
      aria-selected={isSelected}
      className={css.tile}
      onFocus={onCurrent}
      onClick={(event) =>
        hasSelection || event.ctrlKey || event.metaKey || event.shiftKey ? onSelect() : open()
      }
    >
      <Thumbnail picture={picture} />
      {picture.favourite && (
        <Heart className={css.heart} size={14} fill="currentColor" aria-label="Favourite" />
      )}
      {picture.kind === 'video' && (
        <Play className={css.play} size={14} fill="currentColor" aria-label="Video" />
      )}
      <button
        type="button"
        tabIndex={-1}
        className={css.check}
        aria-label={isSelected ? 'Unselect' : 'Select'}
        onClick={(event) => {
          event.stopPropagation();
          onSelect();
        }}
      >
        <Check size={14} aria-hidden />
      </button>
    </div>
  );
}
