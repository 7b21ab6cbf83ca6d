import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../python/package-root.ts';

/** Where the page was built; null where it was not. */
export function pageFolder(): string | null {
  const folder = path.join(packageRoot(), 'web', 'dist');
  return existsSync(path.join(folder, 'index.html')) ? folder : null;
}
