import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button, IconButton } from './button.tsx';
import { classes } from './classes.ts';
import { createStore } from './store.ts';
import css from './toast.module.css';

interface Toast {
  id: number;
  text: string;
  look: 'plain' | 'bad';
  action?: { label: string; run: () => void };
}

const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

/** Say something that needs no answer. What went wrong stays until it is closed; the rest goes by itself. */
export function toast(text: string, options: Partial<Pick<Toast, 'look' | 'action'>> = {}): void {
  lastId += 1;
  const id = lastId;
  const look = options.look ?? 'plain';
  toasts.set([...toasts.get().slice(-2), { id, text, ...options, look }]);
  if (look !== 'bad') setTimeout(() => dismiss(id), 7000);
}

const dismiss = (id: number): void => toasts.set(toasts.get().filter((item) => item.id !== id));

export function Toasts() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get);
  return (
    <div className={css.toasts}>
      {shown.map(({ id, text, look, action }) => (
        <div key={id} role={look === 'bad' ? 'alert' : 'status'} className={classes(css.toast, css[look])}>
          <p>{text}</p>
          {action && (
            <Button
              look="quiet"
              onPress={() => {
                action.run();
                dismiss(id);
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton label="Close" onPress={() => dismiss(id)}>
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
