import type { Order } from './orders.ts';

/** What a client knows of one of its requests. */
export interface Entry {
  order: Order;
  /** Null until an answer has arrived. */
  id: string | null;
  /** Times it was sent before an answer arrived. */
  sends: number;
  /** Whether it was asked to be canceled; the answer may be lost. */
  cancelAsked: boolean;
  /** The first state that it was seen to end in. */
  ended: string | null;
}

/** What the server said, written down outside of it. */
export interface Ledger {
  entries: Entry[];
  /** Answers that no client may ever get. */
  contradictions: string[];
}

export const createLedger = (orders: readonly Order[]): Ledger => ({
  entries: orders.map((order) => ({ order, id: null, sends: 0, cancelAsked: false, ended: null })),
  contradictions: [],
});
