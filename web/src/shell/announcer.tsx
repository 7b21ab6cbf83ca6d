import { useEffect, useRef, useState } from 'react';
import { hasEnded, type LiveRequest } from '../live/live-request.ts';
import { useAllLive } from '../live/live-store.ts';
import css from './shell.module.css';

/** Tells who cannot see the bar: accepted, started, each quarter, done. Failures interrupt, the rest waits its turn. */
export function Announcer() {
  const all = useAllLive();
  const told = useRef(new Map<string, string>());
  const [polite, setPolite] = useState('');
  const [assertive, setAssertive] = useState('');
  useEffect(() => {
    for (const request of all) {
      const text = announcement(request);
      if (told.current.get(request.id) === text) continue;
      const isFirst = !told.current.has(request.id);
      told.current.set(request.id, text);
      if (isFirst && hasEnded(request)) continue;
      if (request.status === 'failed') setAssertive(text);
      else setPolite(text);
    }
  }, [all]);
  return (
    <>
      <div className={css.live} aria-live="polite">
        {polite}
      </div>
      <div className={css.live} aria-live="assertive">
        {assertive}
      </div>
    </>
  );
}

function announcement({ status, progress, error }: LiveRequest): string {
  if (status === 'in_queue') return 'Request accepted';
  if (status === 'succeeded') return 'Picture done';
  if (status === 'canceled') return 'Canceled';
  if (status === 'failed') return `Failed: ${error?.message ?? ''}`;
  const quarter = Math.floor((progress?.fraction ?? 0) * 4);
  return quarter === 0 ? 'Rendering has started' : `${quarter * 25} percent`;
}
