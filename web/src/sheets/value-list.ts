/** Values of an axis as they are typed: between commas or spaces, and whole numbers as `42..45`. */

export interface ValueList<Value> {
  values: Value[];
  /** What is none, as it was typed. */
  wrong: string[];
}

/** Longer ranges are more than an axis may have. */
const longestRange = 64;

export function numberList(text: string): ValueList<number> {
  return listOf(text, (part) => {
    const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(part) ?? [];
    if (from === undefined || to === undefined) return isExact(Number(part)) ? [Number(part)] : null;
    const [first, last] = [Number(from), Number(to)];
    if (!isExact(last) || last < first || last - first >= longestRange) return null;
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Integers beyond these come out of JavaScript as others. */
const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));

/** As the API has them: `768x1024`. */
export function sizeList(text: string): ValueList<string> {
  return listOf(text.replaceAll(/\s*[x×]\s*/gi, 'x'), (part) =>
    /^\d{1,5}x\d{1,5}$/.test(part) ? [part] : null,
  );
}

function listOf<Value>(text: string, read: (part: string) => Value[] | null): ValueList<Value> {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const found = parts.map((part) => ({ part, values: read(part) }));
  return {
    values: [...new Set(found.flatMap(({ values }) => values ?? []))],
    wrong: found.flatMap(({ part, values }) => (values === null ? [part] : [])),
  };
}

/** What is wrong with a list, in words; null when nothing is. */
export function listProblem({ wrong }: ValueList<unknown>, what: string): string | null {
  const [first] = wrong;
  return first === undefined ? null : `“${first}” is no ${what}.`;
}
