import path from 'node:path';

export interface SourceFile {
  /** Relative to `src/`, with forward slashes. */
  path: string;
  text: string;
}

export interface Violation {
  file: string;
  imports: string;
  /** What the rule is, for people. */
  because: string;
}

type Allowed = Readonly<Record<string, readonly string[]>>;

/** Imports between the folders of `src/` that the table does not allow, and folders that the table does not know. */
export function findViolations(files: readonly SourceFile[], allowed: Allowed): Violation[] {
  return files.flatMap((file) => {
    const from = layerOf(file.path);
    const rules = allowed[from];
    return (
      relativeImports(file)
        .map((target) => ({ target, to: layerOf(target) }))
        // What lies outside of src/ (package.json) has no layer.
        .filter(({ to }) => to !== '..')
        .filter(({ to }) => to !== from && rules?.includes(to) !== true)
        .map(({ target, to }) => ({
          file: file.path,
          imports: target,
          because:
            rules === undefined
              ? `${from} is not in the table`
              : `${from} may import ${rules.length === 0 ? 'nothing' : rules.join(', ')}; not ${to}`,
        }))
    );
  });
}

/** Files of `src/` that a file imports, as paths relative to `src/`: static, type-only, re-exported and dynamic. */
function relativeImports(file: SourceFile): string[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;
  return [...file.text.matchAll(pattern)].flatMap(([, target]) =>
    target === undefined ? [] : [path.posix.join(path.posix.dirname(file.path), target)],
  );
}

/** The folder right under `src/`; a file right under it is a layer of its own. */
function layerOf(file: string): string {
  const [first = ''] = file.split('/');
  return first.replace(/\.ts$/, '');
}
