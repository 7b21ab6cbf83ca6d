/** The requests that this browser follows, and how well it hears of them. */
import { useSyncExternalStore } from 'react';
import { createStore } from '../parts/store.ts';
import type { LiveEvent } from './live-event.ts';
import { afterEvent, hasEnded, type LiveRequest, newLiveRequest } from './live-request.ts';

export type Hearing = 'live' | 'reconnecting' | 'polling';

const requests = createStore<ReadonlyMap<string, LiveRequest>>(new Map());
export const hearing = createStore<Hearing>('reconnecting');

/** Requests that have ended are forgotten beyond these, oldest first. */
const mostKept = 200;

export function putLive(request: LiveRequest): void {
  const next = new Map(requests.get());
  next.set(request.id, request);
  if (next.size > mostKept) {
    for (const [id, { status }] of next) {
      if (next.size <= mostKept) break;
      if (hasEnded({ status })) next.delete(id);
    }
  }
  requests.set(next);
}

/** Take in an event, of a request that is known or not. */
export function takeEvent(event: LiveEvent): void {
  putLive(afterEvent(requests.get().get(event.request) ?? newLiveRequest(event.request), event));
}

export function updateLive(id: string, change: Partial<LiveRequest>): void {
  putLive({ ...(requests.get().get(id) ?? newLiveRequest(id)), ...change });
}

export const liveNow = (): LiveRequest[] => [...requests.get().values()];

export function useLive(id: string | null): LiveRequest | null {
  const all = useSyncExternalStore(requests.subscribe, requests.get);
  return id === null ? null : (all.get(id) ?? null);
}

export function useAllLive(): LiveRequest[] {
  return [...useSyncExternalStore(requests.subscribe, requests.get).values()];
}

export const useHearing = (): Hearing => useSyncExternalStore(hearing.subscribe, hearing.get);
