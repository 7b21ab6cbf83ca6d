import { spawnSync } from 'node:child_process';
import { packageRoot } from '../../src/python/package-root.ts';

export interface Step {
  name: string;
  command: string;
  args: string[];
  /** How to mend it, when a command can. */
  remedy?: string;
}

/** Runs every step, shows the output of those that fail, and returns the names of those. One line a step. */
export function runSteps(steps: readonly Step[]): string[] {
  return steps.filter((step) => !runStep(step)).map(({ name }) => name);
}

function runStep({ name, command, args, remedy }: Step): boolean {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: packageRoot(),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (status === 0) return true;
  console.log(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
  if (remedy !== undefined) console.log(`  → ${remedy}`);
  return false;
}
