/** What the stage shows: a request that was just sent, or a picture that was chosen. */
import { useSyncExternalStore } from 'react';
import type { PictureName } from '../api/outputs.ts';
import { createStore } from '../parts/store.ts';

export interface SentRequest {
  id: string;
  prompts: readonly string[];
  width: number;
  height: number;
}

export type OnStage = ({ kind: 'request' } & SentRequest) | { kind: 'picture'; name: PictureName } | null;

const stage = createStore<OnStage>(null);
export const useStage = (): OnStage => useSyncExternalStore(stage.subscribe, stage.get);
export const showOnStage = (next: OnStage): void => stage.set(next);

/** What this tab has sent, by id: events say nothing of prompts and sizes. */
const sent = new Map<string, SentRequest>();

/** Show a request, with what is known of it. One that was sent elsewhere is drawn as one square until its pictures come. */
export function showRequest(id: string): void {
  stage.set({ kind: 'request', ...(sent.get(id) ?? { id, prompts: [''], width: 1024, height: 1024 }) });
}

export function rememberSent(request: SentRequest): void {
  sent.set(request.id, request);
}
