export interface Closers {
  /** What has to be closed when everything is; called in the reverse order. */
  add(close: () => Promise<void>): void;
  /** Runs them all, however often it is called. One that fails does not keep the others from running; the first error is thrown. */
  closeAll(): Promise<void>;
}

/**
 * What `open` makes, with `stop` to close all that it opened on the way. When it fails half-way, what was open by then is
 * closed before its error is thrown.
 */
export async function openWithClosers<Opened extends object>(
  open: (onClose: Closers['add']) => Promise<Opened>,
): Promise<Opened & { stop: Closers['closeAll'] }> {
  const closers = createClosers();
  try {
    return { ...(await open(closers.add)), stop: closers.closeAll };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** Collects how to close what was opened, as it is opened. */
export function createClosers(): Closers {
  const waiting: (() => Promise<void>)[] = [];
  let closing: Promise<void> | null = null;
  return {
    add: (close) => {
      waiting.push(close);
    },
    closeAll: () => {
      closing ??= closeInTurn(waiting.reverse());
      return closing;
    },
  };
}

async function closeInTurn(closers: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closers) await close().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}
