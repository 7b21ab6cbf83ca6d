import { useQuery } from '@tanstack/react-query';
import { Heart } from 'lucide-react';
import { isSame, recentQuery } from '../api/outputs.ts';
import { hasEnded, phaseText } from '../live/live-request.ts';
import { useAllLive } from '../live/live-store.ts';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Thumbnail } from '../picture/picture.tsx';
import css from './stage.module.css';
import { showOnStage, showRequest, useStage } from './stage-store.ts';

/** A contact sheet asks for hundreds. */
const mostOpen = 12;

/** What is made now, and what was made before, newest first. */
export function Strip() {
  const { data: pictures = [] } = useQuery(recentQuery);
  const stage = useStage();
  const unfinished = useAllLive().filter((request) => !hasEnded(request));
  const running = unfinished.filter(({ status }) => status === 'in_progress');
  const waiting = unfinished.filter(({ status }) => status !== 'in_progress').reverse();
  const open = [...running, ...waiting].slice(0, mostOpen);
  return (
    <nav className={css.strip} aria-label="Recent pictures">
      {open.map((request) => (
        <button
          key={request.id}
          type="button"
          className={css.tile}
          aria-label={`Running: ${phaseText(request)}`}
          aria-current={stage?.kind === 'request' && stage.id === request.id}
          onClick={() => showRequest(request.id)}
        >
          {Object.values(request.previews).at(-1) && (
            <img src={Object.values(request.previews).at(-1)} alt="" />
          )}
          <span className={css.tileProgress}>
            <ProgressBar
              label="Rendering"
              fraction={request.progress?.fraction ?? 0}
              waits={request.status === 'in_queue'}
            />
          </span>
        </button>
      ))}
      {pictures.map((picture) => (
        <button
          key={`${picture.request_id}/${picture.index}`}
          type="button"
          className={css.tile}
          aria-current={stage?.kind === 'picture' && isSame(stage.name, picture)}
          onClick={() => showOnStage({ kind: 'picture', name: picture })}
        >
          <Thumbnail picture={picture} />
          {picture.favourite && (
            <Heart className={css.star} size={13} fill="currentColor" aria-label="Favourite" />
          )}
        </button>
      ))}
    </nav>
  );
}
