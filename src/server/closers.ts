export interface Closers {
  /** Functions that close the parts; called in reverse order. */
  add(close: () => Promise<void>): void;
  /** Runs each of them once, however often it is called. All run even if one fails; the first error is thrown. */
  closeAll(): Promise<void>;
}

/**
 * The result of `open`, with `stop`, which closes everything that was opened on the way. If `open` fails, what is open by then is closed
 * before the error is thrown.
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

/** Collects the functions that close each part as it is opened. */
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
