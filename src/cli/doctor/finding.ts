/** What one check found. `wrong` keeps Darkroom from working, `warning` does not. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'wrong';
  /** What is there, in a few words. */
  found: string;
  /** What to do; null when all is right. */
  remedy: string | null;
}

export const ok = (check: string, found: string): Finding => ({ check, state: 'ok', found, remedy: null });

export const warning = (check: string, found: string, remedy: string): Finding => ({
  check,
  state: 'warning',
  found,
  remedy,
});

export const wrong = (check: string, found: string, remedy: string): Finding => ({
  check,
  state: 'wrong',
  found,
  remedy,
});

const marks = { ok: '✓', warning: '!', wrong: '✗' } as const;

/** A line for people, with the remedy under it. */
export function findingLine({ check, state, found, remedy }: Finding): string {
  const line = `${marks[state]} ${check.padEnd(16)} ${found}`;
  return remedy === null ? line : `${line}\n${' '.repeat(19)}→ ${remedy}`;
}
