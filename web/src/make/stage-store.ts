/** What the stage shows: a request that was just sent, or a picture that was chosen. */
import { useSyncExternalStore } from 'react';
import type { PictureName } from '../api/outputs.ts';
import { createStore } from '../parts/store.ts';

export type OnStage =
  | { kind: 'request'; id: string; prompts: readonly string[]; width: number; height: number }
  | { kind: 'picture'; name: PictureName }
  | null;

const stage = createStore<OnStage>(null);
export const useStage = (): OnStage => useSyncExternalStore(stage.subscribe, stage.get);
export const showOnStage = (next: OnStage): void => stage.set(next);
export const stageNow = (): OnStage => stage.get();
