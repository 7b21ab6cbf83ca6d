import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/python/package-root.ts';
import { findPaths } from './find-paths.ts';

test('finds links and quoted paths, and leaves commands, patterns and URLs alone', () => {
  const page = [
    'See [settings](docs/settings.md#host), [the hub](https://example.com) and `src/config.ts`.',
    'One file in `src/catalog/models/<id>.ts`, run `npm test`.',
    '<img src="docs/images/a.png">',
    '```sh',
    'cat `src/nowhere.ts` [x](no.md)',
    '```',
  ].join('\n');
  expect(findPaths(page)).toEqual({
    links: ['docs/settings.md', 'docs/images/a.png'],
    quoted: ['src/config.ts'],
  });
});

const pages = globSync('**/*.md', {
  cwd: packageRoot(),
  exclude: (name) =>
    ['node_modules', '.venv', 'demo-output', 'data', 'checkpoints'].includes(path.basename(name)),
});

test.each(pages)('every path in %s exists', (page) => {
  const { links, quoted } = findPaths(readFileSync(path.join(packageRoot(), page), 'utf8'));
  const besideThePage = (target: string) => existsSync(path.join(packageRoot(), path.dirname(page), target));
  const inTheRepository = (target: string) => existsSync(path.join(packageRoot(), target));
  expect(links.filter((link) => !besideThePage(link))).toEqual([]);
  expect(quoted.filter((quote) => !inTheRepository(quote) && !besideThePage(quote))).toEqual([]);
});
