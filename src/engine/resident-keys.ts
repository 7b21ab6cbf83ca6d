/**
 * What the engine holds in memory, followed from its reports: it drops the least recently used pipeline before it loads
 * another one over the limit, and says nothing about it.
 */
export interface ResidentKeys {
  /** The engine began to load `key`. */
  loading(key: string): void;
  /** `key` is in memory and was used now. */
  used(key: string): void;
  unloaded(keys: readonly string[]): void;
  clear(): void;
  /** Most recently used last. */
  all(): string[];
}

export function createResidentKeys(limit: number): ResidentKeys {
  let keys: string[] = [];
  const without = (gone: readonly string[]): string[] => keys.filter((key) => !gone.includes(key));
  return {
    loading(key) {
      if (!keys.includes(key) && keys.length >= limit) keys = keys.slice(keys.length - limit + 1);
    },
    used(key) {
      keys = [...without([key]), key].slice(-limit);
    },
    unloaded(gone) {
      keys = without(gone);
    },
    clear() {
      keys = [];
    },
    all: () => [...keys],
  };
}
