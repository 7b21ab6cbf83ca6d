/** What the engine holds in memory, followed from its reports: it says what it loaded and what it dropped. */
export interface ResidentKeys {
  /** `key` is in memory and was used now. */
  used(key: string): void;
  unloaded(keys: readonly string[]): void;
  clear(): void;
  /** Most recently used last. */
  all(): string[];
}

export function createResidentKeys(): ResidentKeys {
  let keys: string[] = [];
  const without = (gone: readonly string[]): string[] => keys.filter((key) => !gone.includes(key));
  return {
    used(key) {
      keys = [...without([key]), key];
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
