import { useQuery } from '@tanstack/react-query';
import { readyQuery } from '../api/ready.ts';
import { size } from '../picture/facts.tsx';
import css from './queue.module.css';

const isUp = (state: string): boolean => state === 'ready' || state === 'busy';

/** What renders here, and why it does not where it cannot. */
export function Machine() {
  const { data } = useQuery(readyQuery);
  if (data === undefined) return null;
  return (
    <section className={css.machine} aria-label="Machine">
      {[...data.reasons, ...data.warnings].map((reason) => (
        <p key={reason} className={css.reason}>
          {reason}
        </p>
      ))}
      <ul className={css.devices}>
        {data.devices.map(({ name, device, state, memory, resident_models: resident }) => (
          <li key={name}>
            <strong>{device ?? name}</strong>
            <span className={css.state} data-good={isUp(state) || undefined}>
              {state}
            </span>
            <span className={css.note}>
              {resident === 1 ? '1 model loaded' : `${resident} models loaded`}
              {memory !== null && `, ${size(memory.used_bytes)} of ${size(memory.total_bytes)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
