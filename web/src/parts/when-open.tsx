import { type ComponentType, lazy, Suspense, useSyncExternalStore } from 'react';
import type { Store } from './store.ts';

/** A component that is loaded when what it shows is first there: most visits never need it. */
export function whenOpen<Value>(store: Store<Value>, load: () => Promise<ComponentType>): ComponentType {
  const Loaded = lazy(async () => ({ default: await load() }));
  return function WhenOpen() {
    const value = useSyncExternalStore(store.subscribe, store.get);
    return value ? (
      <Suspense>
        <Loaded />
      </Suspense>
    ) : null;
  };
}
