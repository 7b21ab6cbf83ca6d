/**
 * `npm run build`, which `npm pack` runs first: JavaScript for the package in `dist/`, and the page in `web/dist`. A checkout needs none of it. Node does not
 * strip types below `node_modules`, where an installed package lies.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setUpPage } from '../src/cli/set-up-page.ts';
import { packageRoot } from '../src/python/package-root.ts';

const inRoot = (...parts: string[]): string => path.join(packageRoot(), ...parts);

await setUpPage();
rmSync(inRoot('dist'), { recursive: true, force: true });
const compiler = inRoot('node_modules', 'typescript-native', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', inRoot('tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status === 0)
  cpSync(inRoot('src', 'database', 'migrations'), inRoot('dist', 'database', 'migrations'), {
    recursive: true,
  });
process.exitCode = status ?? 1;
