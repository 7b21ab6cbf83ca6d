import path from 'node:path';
import { engineFolder, packageRoot } from '../../src/python/package-root.ts';
import type { Step } from './run-steps.ts';

/** Everything that is checked without running the product, quickest first. `python` has the test packages. */
export function checkSteps(python: string): Step[] {
  const packages = path.join(packageRoot(), 'node_modules');
  const seen = path.join(packages, '.cache', 'types.tsbuildinfo');
  // Not in tsconfig.json: the build of the package writes all files each time.
  const onlyWhatChanged = ['--incremental', '--tsBuildInfoFile', seen];
  // Run by the Node of this process: the one that a tool's first line would find on PATH may be another.
  const tool = (name: string, ...args: string[]): Pick<Step, 'command' | 'args'> => ({
    command: process.execPath,
    args: [path.join(packages, '.bin', name), ...args],
  });
  const script = (name: string, ...args: string[]): Pick<Step, 'command' | 'args'> => ({
    command: process.execPath,
    args: [path.join(packageRoot(), 'scripts', name), ...args],
  });
  const ruff = (...args: string[]): Pick<Step, 'command' | 'args'> => ({
    command: python,
    args: ['-m', 'ruff', ...args, engineFolder(), path.join(packageRoot(), 'tests')],
  });
  return [
    {
      name: 'format and lint (biome)',
      ...tool('biome', 'check', '--error-on-warnings', '.'),
      remedy: 'npm run format',
    },
    {
      name: 'types (tsc)',
      command: process.execPath,
      // The `typescript` beside it is the older one, whose interface for programs openapi-typescript needs.
      args: [path.join(packages, 'typescript-native', 'bin', 'tsc'), '-p', '.', ...onlyWhatChanged],
    },
    {
      name: 'types of the page (tsc)',
      command: process.execPath,
      args: [path.join(packageRoot(), 'node_modules', 'typescript-native', 'bin', 'tsc'), '-p', 'web'],
    },
    { name: 'layers and circles (dependency-cruiser)', ...tool('depcruise', 'src', 'web/src') },
    { name: 'size of the page', ...script('page-size.ts') },
    { name: 'unused code (knip)', ...tool('knip') },
    { name: 'generated files', ...script('generate.ts', '--check'), remedy: 'npm run generate' },
    { name: 'Python lint (ruff)', ...ruff('check', '--quiet') },
    { name: 'Python format (ruff)', ...ruff('format', '--check', '--quiet') },
  ];
}
