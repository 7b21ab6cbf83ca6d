import { tmpdir } from 'node:os';
import path from 'node:path';
import { runImport } from '../../registry/import/run-import.ts';
import type { TestApp } from '../app.fixture.ts';

/** A LoRA of the demo model, which ships. */
export const neonFile = path.resolve('checkpoints/demo/loras/neon-glow.safetensors');

/** Put it into the registry as `local/<slug>`. */
export async function importNeon({ imports }: Pick<TestApp, 'imports'>, slug: string): Promise<void> {
  await runImport(
    {
      model: `model_${'1'.padStart(26, '0')}`,
      isKnown: false,
      asker: { project: 'proj_local', keyId: null, seesAll: true },
      dataset: false,
      tags: [],
      source: { kind: 'path', path: neonFile },
      name: 'Neon',
      slug,
      base: 'demo',
      trigger: null,
      privacy: 'private',
      description: '',
    },
    {
      signal: AbortSignal.timeout(60_000),
      scratch: tmpdir(),
      hfToken: null,
      onProgress: () => {},
      warn: () => {},
    },
    imports,
  );
}
