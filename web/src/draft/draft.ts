/** What stands in the form, kept in the browser so that nothing typed is lost. */
import { useSyncExternalStore } from 'react';
import * as z from 'zod/mini';
import { createStore, keep, readKept } from '../parts/store.ts';
import { toast } from '../parts/toast.tsx';

const loraRowSchema = z.object({
  /** Of the row, in the list. */
  key: z.string(),
  /** As it is sent: a path, a URL, a name of the registry. */
  path: z.string(),
  sha256: z.nullable(z.string()),
  scale: z.number(),
  muted: z.boolean(),
  /** For models with two denoisers. */
  side: z.nullable(z.enum(['high', 'low'])),
  /** Key of the row for the other denoiser, whose strength goes along with this one. */
  pair: z._default(z.nullable(z.string()), null),
});
export type LoraRow = z.infer<typeof loraRowSchema>;

const draftSchema = z.object({
  model: z.nullable(z.string()),
  prompt: z.string(),
  /** Each line of the prompt is a picture of its own. */
  onePerLine: z.boolean(),
  trigger: z.string(),
  loras: z.array(loraRowSchema),
  /** Fields of the model's form that differ from its defaults, by their names in the API. */
  values: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  seed: z.object({ mode: z.enum(['walk', 'same', 'random']), value: z.number() }),
});
export type Draft = z.infer<typeof draftSchema>;

export const emptyDraft: Draft = {
  model: null,
  prompt: '',
  onePerLine: false,
  trigger: '',
  loras: [],
  values: {},
  seed: { mode: 'walk', value: 42 },
};

const keptAs = 'darkroom.draft';
const read = draftSchema.safeParse(readKept(keptAs));
const draft = createStore<Draft>(read.success ? read.data : emptyDraft);

export const useDraft = (): Draft => useSyncExternalStore(draft.subscribe, draft.get);
export const draftNow = (): Draft => draft.get();

export function changeDraft(change: Partial<Draft>): void {
  draft.set({ ...draft.get(), ...change });
  keep(keptAs, draft.get());
}

/** One field of the model's form; undefined gives it back to the model. */
export function changeValue(name: string, value: number | string | boolean | undefined): void {
  const { [name]: _, ...others } = draft.get().values;
  changeDraft({ values: value === undefined ? others : { ...others, [name]: value } });
}

export const newRow = (path: string, sha256: string | null, side: LoraRow['side'] = null): LoraRow => ({
  key: crypto.randomUUID(),
  path,
  sha256,
  side,
  scale: 1,
  muted: false,
  pair: null,
});

export function changeRow(key: string, change: Partial<LoraRow>): void {
  changeDraft({ loras: draft.get().loras.map((row) => (row.key === key ? { ...row, ...change } : row)) });
}

/** The strength of a row, and of the one that it is paired with. */
export function changeScale({ key, pair }: LoraRow, scale: number): void {
  changeDraft({
    loras: draft.get().loras.map((row) => (row.key === key || row.key === pair ? { ...row, scale } : row)),
  });
}

/** Put something else into the form; one press brings back what stood there. */
export function replaceDraft(change: (before: Draft) => Draft, said: string): void {
  const before = draft.get();
  changeDraft(change(before));
  toast(said, { action: { label: 'Undo', run: () => changeDraft(before) } });
}

/** Pictures to work from, as data URLs: too large to be kept beyond the visit. */
const controls = createStore<readonly (string | null)[]>([]);
export const useControls = () => useSyncExternalStore(controls.subscribe, controls.get);
export const controlsNow = () => controls.get();
export function setControl(index: number, picture: string | null): void {
  const next = [...controls.get()];
  while (next.length <= index) next.push(null);
  next[index] = picture;
  controls.set(next);
}

/** A picture that another is made of, and which part of it is made anew. */
export interface Beginning {
  image: string | null;
  mask: string | null;
}

const beginning = createStore<Beginning>({ image: null, mask: null });
export const useBeginning = (): Beginning => useSyncExternalStore(beginning.subscribe, beginning.get);
export const beginningNow = (): Beginning => beginning.get();
export const setBeginning = (change: Partial<Beginning>): void =>
  beginning.set({ ...beginning.get(), ...change });
