import { createStore } from '../parts/store.ts';

/** Whether the menu of commands is open: apart from it, so that it is loaded when it is first opened. */
export const commandMenuOpen = createStore(false);
export const openCommandMenu = (): void => commandMenuOpen.set(true);
