import { useQuery } from '@tanstack/react-query';
import { requestQuery } from '../api/outputs.ts';
import { useLive } from '../live/live-store.ts';
import { PictureActions } from '../picture/actions.tsx';
import { PictureFacts } from '../picture/facts.tsx';
import css from '../picture/panel.module.css';
import own from './stage-inspector.module.css';
import { showOnStage, useStage } from './stage-store.ts';

/** How the picture on the stage was made, and what can be done with it. */
export function StageInspector() {
  const stage = useStage();
  const id = stage === null ? '' : stage.kind === 'request' ? stage.id : stage.name.request_id;
  const index = stage?.kind === 'picture' ? stage.name.index : 0;
  const { data } = useQuery({ ...requestQuery(id), enabled: id !== '' });
  const live = useLive(id);
  const picture = data?.outputs.find((output) => output.index === index);
  const warnings = data?.warnings ?? live?.warnings ?? [];
  return (
    <aside className={own.inspector} aria-label="How it was made">
      <div className={css.panel}>
        {picture !== undefined && stage?.kind === 'picture' && (
          <>
            <PictureActions picture={picture} onRemoved={() => showOnStage(null)} />
            <PictureFacts picture={picture} />
          </>
        )}
        {warnings.length > 0 && (
          <ul className={css.warnings} aria-label="Warnings">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        )}
        {picture === undefined && warnings.length === 0 && (
          <p className={own.nothing}>Choose a picture to see how it was made.</p>
        )}
      </div>
    </aside>
  );
}
