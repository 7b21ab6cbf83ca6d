/**
 * Values by module name, as PEFT's `rank_pattern` and `alpha_pattern` give them: regular expressions over the name of the
 * module, of which the first that matches the whole name, or all of it behind a dot, counts (`get_pattern_key` in
 * peft/utils/other.py).
 *
 * They come with a file, so they are matched by RE2, which takes linear time whatever they say. Almost all are plain names,
 * which are compared without it.
 */
import { RE2JS } from 're2js';

export interface Patterns {
  /** The value of the first pattern that matches. */
  valueOf(module: string): number | undefined;
  /** Patterns that have matched no module so far. */
  unmatched(): string[];
}

const maximumPatterns = 5_000;
/** Those that are no plain names: each costs microseconds for each module. */
const maximumExpressions = 50;

/** Throws an Error that says which pattern cannot be used, and why. */
export function compilePatterns(values: Readonly<Record<string, number>>): Patterns {
  const entries = Object.entries(values);
  const expressions = entries.filter(([pattern]) => !isPlain(pattern));
  if (entries.length > maximumPatterns || expressions.length > maximumExpressions)
    throw new Error(
      `it has ${entries.length} patterns, ${expressions.length} of them regular expressions; ${maximumPatterns} and ${maximumExpressions} are read`,
    );
  const compiled = entries.map(([pattern, value]) => ({ pattern, value, matches: compile(pattern) }));
  const matched = new Set<string>();
  return {
    valueOf: (module) => {
      const found = compiled.find(({ matches }) => matches(module));
      if (found !== undefined) matched.add(found.pattern);
      return found?.value;
    },
    unmatched: () => entries.map(([pattern]) => pattern).filter((pattern) => !matched.has(pattern)),
  };
}

const isPlain = (pattern: string): boolean => /^\^?[\w.-]+$/.test(pattern);

function compile(pattern: string): (module: string) => boolean {
  if (isPlain(pattern)) return comparePlain(pattern);
  try {
    const expression = RE2JS.compile(`(?:.*\\.)?(?:${pattern})`);
    return (module) => expression.matches(module);
  } catch {
    throw new Error(
      `the pattern ${JSON.stringify(pattern.slice(0, 120))} is no regular expression of the kind that is read (without look-around and back-references)`,
    );
  }
}

/** A name in which each dot stands for any character. */
function comparePlain(pattern: string): (module: string) => boolean {
  const isWhole = pattern.startsWith('^');
  const name = isWhole ? pattern.slice(1) : pattern;
  return (module) => {
    const from = module.length - name.length;
    if (from < 0 || (from > 0 && (isWhole || module[from - 1] !== '.'))) return false;
    for (let at = 0; at < name.length; at += 1)
      if (name[at] !== '.' && name[at] !== module[from + at]) return false;
    return true;
  };
}
