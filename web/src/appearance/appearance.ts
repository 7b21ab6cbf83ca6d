/** How the page looks in this browser. */
import { useSyncExternalStore } from 'react';
import * as z from 'zod/mini';
import { createStore, keep, readKept } from '../parts/store.ts';

const appearanceSchema = z.object({
  theme: z._default(z.enum(['system', 'dark', 'light']), 'system'),
  rail: z._default(z.enum(['narrow', 'wide']), 'narrow'),
  backdrop: z._default(z.enum(['page', 'dark', 'grey', 'light', 'checker']), 'page'),
  singleKeys: z._default(z.boolean(), true),
});
export type Appearance = z.infer<typeof appearanceSchema>;

/** `public/theme.js` reads it too, before the page is drawn. */
const keptAs = 'darkroom.appearance';
const read = appearanceSchema.safeParse(readKept(keptAs) ?? {});
const appearance = createStore<Appearance>(read.success ? read.data : appearanceSchema.parse({}));

export const useAppearance = (): Appearance => useSyncExternalStore(appearance.subscribe, appearance.get);

export function setAppearance(change: Partial<Appearance>): void {
  appearance.set({ ...appearance.get(), ...change });
  keep(keptAs, appearance.get());
  showAppearance();
}

/** Put it onto the document. */
export function showAppearance(): void {
  const { theme, backdrop } = appearance.get();
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
  dataset.backdrop = backdrop;
}
