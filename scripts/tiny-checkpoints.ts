/**
 * `npm run tiny-checkpoints -- --out DIR [--loras DIR] [--model ID …]`: tiny random checkpoints in the layout of the real
 * ones, for CHECKPOINTS_PATH, and one LoRA per key form in DIR/loras, for WORKFLOWS_BASE_PATH. Offline; seconds.
 */
import { spawnSync } from 'node:child_process';
import { engineFolder } from '../src/python/package-root.ts';
import { setUpOrExit } from './setup.ts';

const python = await setUpOrExit({ tests: false });
// PYTHONPATH and not a working folder, so that relative paths mean what they mean to the caller.
const { status } = spawnSync(python, ['-m', 'tiny_checkpoints', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, PYTHONPATH: engineFolder(), TRANSFORMERS_VERBOSITY: 'error' },
});
process.exitCode = status ?? 1;
