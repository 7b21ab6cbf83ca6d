import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/python/package-root.ts';
import type { SourceFile } from './find-violations.ts';

/** Every source file of `src/` but the tests, which may look wherever they need. */
export function readSources(): SourceFile[] {
  const src = path.join(packageRoot(), 'src');
  return globSync('**/*.ts', { cwd: src })
    .filter((file) => !/\.(test|fixture)\.ts$/.test(file))
    .map((file) => ({
      path: file.replaceAll(path.sep, '/'),
      text: readFileSync(path.join(src, file), 'utf8'),
    }));
}
