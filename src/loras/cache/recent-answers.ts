interface Recent<Answer> {
  answer: Promise<Answer>;
  until: number;
}

const mostKept = 1000;

/**
 * Answers that are good for a while: those who ask for the same within `keepMs` share one. A failure is not kept. `now` is in
 * milliseconds.
 */
export function createRecentAnswers<Answer>(
  keepMs: number,
  now: () => number,
): (key: string, ask: () => Promise<Answer>) => Promise<Answer> {
  const recent = new Map<string, Recent<Answer>>();
  return (key, ask) => {
    const known = recent.get(key);
    if (known !== undefined && now() < known.until) return known.answer;
    const kept = { answer: ask(), until: now() + keepMs };
    recent.delete(key);
    recent.set(key, kept);
    kept.answer.catch(() => {
      if (recent.get(key) === kept) recent.delete(key);
    });
    const [oldest] = recent.keys();
    if (recent.size > mostKept && oldest !== undefined) recent.delete(oldest);
    return kept.answer;
  };
}
