import { useNavigate } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import type { Picture } from '../api/outputs.ts';
import { useMay } from '../api/session.ts';
import { useAppearance } from '../appearance/appearance.ts';
import { nameText, usePictureActions } from '../picture/use-picture-actions.ts';
import { gridStep } from './rows.ts';
import { toggled } from './toggled.ts';

export interface GridKeysOptions {
  pictures: readonly Picture[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  columns: number;
  current: number;
  setCurrent: (index: number) => void;
  scrollTo: (index: number) => void;
  /** Ask whether a picture is to go, or with null those that are selected. */
  onDelete: (picture: Picture | null) => void;
}

/** What the keys do to the picture that has the focus. */
export function useGridKeys({
  pictures,
  columns,
  current,
  setCurrent,
  selected,
  onSelect,
  scrollTo,
  onDelete,
}: GridKeysOptions) {
  const { setFavourite, use, download, compare } = usePictureActions();
  const { singleKeys } = useAppearance();
  const mayWrite = useMay('write');
  const navigate = useNavigate();
  return (event: KeyboardEvent) => {
    const picture = pictures[current];
    if (picture === undefined) return;
    const next = gridStep(event.key, current, columns, pictures.length);
    if (next !== null) {
      event.preventDefault();
      setCurrent(next);
      scrollTo(next);
      return;
    }
    if (event.key === 'Enter') {
      const params = { request: picture.request_id, index: String(picture.index) };
      void navigate({ to: '/gallery/$request/$index', params });
    }
    if (event.key === 'Escape') onSelect(new Set());
    if (event.key === ' ') {
      event.preventDefault();
      onSelect(toggled(selected, nameText(picture)));
    }
    if (!singleKeys || event.ctrlKey || event.metaKey) return;
    const other = pictures.find((one) => selected.has(nameText(one)) && one !== picture);
    if (event.key === 'x') onSelect(toggled(selected, nameText(picture)));
    if (event.key === 'd') download(picture);
    if (event.key === 'c') compare(picture, other);
    if (!mayWrite) return;
    if (event.key === 'f') void setFavourite(picture, !picture.favourite);
    if (event.key === 'r') use(picture, 'all');
    if (event.key === 'Delete') onDelete(selected.size > 0 ? null : picture);
  };
}
