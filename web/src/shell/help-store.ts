import { createStore } from '../parts/store.ts';

/** Whether the list of shortcuts is open. */
export const helpOpen = createStore(false);
export const openHelp = (): void => helpOpen.set(true);
