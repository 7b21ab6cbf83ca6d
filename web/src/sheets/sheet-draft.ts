/** A contact sheet that is being put together, kept in the browser. What is a list is kept as it was typed. */
import { useSyncExternalStore } from 'react';
import * as z from 'zod/mini';
import { createStore, keep, readKept } from '../parts/store.ts';
import { toast } from '../parts/toast.tsx';

const loraSchema = z.object({
  /** Of the row, in the list. */
  key: z.string(),
  label: z.string(),
  /** One, or two for models with two denoisers. */
  files: z.array(z.object({ path: z.string(), side: z.nullable(z.enum(['high', 'low'])) })),
  trigger: z.string(),
  /** Where it is in every picture. */
  scale: z.number(),
});
export type SheetLora = z.infer<typeof loraSchema>;

const draftSchema = z.object({
  model: z.nullable(z.string()),
  /** One in a line. */
  prompts: z.string(),
  trigger: z.string(),
  loras: z.array(loraSchema),
  /** `each`: one LoRA after the other; `all`: all of them in every picture. */
  stack: z.enum(['each', 'all']),
  /** Id of the training whose epochs are compared. */
  training: z.nullable(z.string()),
  /** Steps of the epochs; null: all. */
  epochs: z.nullable(z.array(z.number())),
  scales: z.string(),
  withBase: z.boolean(),
  seeds: z.string(),
  /** One seed for each prompt, in place of each with each. */
  seedForPrompt: z.boolean(),
  steps: z.string(),
  guidance: z.string(),
  sizes: z.string(),
});
export type SheetDraft = z.infer<typeof draftSchema>;

export const emptySheetDraft: SheetDraft = {
  model: null,
  prompts: '',
  trigger: '',
  loras: [],
  stack: 'each',
  training: null,
  epochs: null,
  scales: '',
  withBase: false,
  seeds: '42',
  seedForPrompt: false,
  steps: '',
  guidance: '',
  sizes: '',
};

const keptAs = 'darkroom.sheet';
const read = draftSchema.safeParse(readKept(keptAs));
const draft = createStore<SheetDraft>(read.success ? read.data : emptySheetDraft);

export const useSheetDraft = (): SheetDraft => useSyncExternalStore(draft.subscribe, draft.get);

export const sheetDraftNow = (): SheetDraft => draft.get();

export function changeSheetDraft(change: Partial<SheetDraft>): void {
  draft.set({ ...draft.get(), ...change });
  keep(keptAs, draft.get());
}

/** Put another one in its place; one press brings back what was typed. */
export function replaceSheetDraft(next: SheetDraft, said: string): void {
  const before = draft.get();
  changeSheetDraft(next);
  if (before.prompts.trim() !== '')
    toast(said, { action: { label: 'Undo', run: () => changeSheetDraft(before) } });
}
