import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { whenOpen } from '../parts/when-open.tsx';
import css from './drop-anywhere.module.css';
import { dropFiles, droppedPicture, droppedSheet } from './drop-file.ts';

const RecallDialog = whenOpen(droppedPicture, async () => (await import('./recall-dialog.tsx')).RecallDialog);

/** A file may be dropped anywhere: a LoRA goes to the server, a picture brings its settings. */
export function DropAnywhere() {
  const [isOver, setOver] = useState(false);
  const navigate = useNavigate();
  const sheet = useSyncExternalStore(droppedSheet.subscribe, droppedSheet.get);
  useEffect(() => {
    if (sheet === null) return;
    droppedSheet.set(null);
    void navigate({ to: '/compare/$id', params: { id: sheet } });
  }, [sheet, navigate]);
  useEffect(() => {
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const change = (by: number) => (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += by;
      setOver(depth > 0);
    };
    const enter = change(1);
    const leave = change(-1);
    const over = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      const toTraining = location.pathname === '/training/new';
      if (dropFiles([...(event.dataTransfer?.files ?? [])], toTraining))
        void navigate({ to: '/training/new' });
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, [navigate]);
  return (
    <>
      {isOver && <div className={css.drop}>Drop a LoRA, a picture, or pictures to train on</div>}
      <RecallDialog />
    </>
  );
}
