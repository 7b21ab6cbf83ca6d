import { expect, test } from 'vitest';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { EnginePipeline } from '../render/engine-plan.ts';
import type { CheckpointFiles, DownloadOptions } from './download-checkpoint.ts';
import { createFetchCheckpoints, neededFiles } from './fetch-checkpoints.ts';
import { scriptedPlan, scriptedTask } from './testing/scripted-spawn.ts';

const component = {
  repository: 'other/encoder',
  revision: 'v1',
  subfolder: '',
  file: null,
  library: 'transformers',
  class: 'Encoder',
  path: null,
};
const spec = (more: Partial<EnginePipeline>): EnginePipeline => ({ ...scriptedPlan('x').pipeline, ...more });
const base = { repository: 'tests/scripted', revision: 'main', variant: null, patterns: null };
const encoder = { repository: 'other/encoder', revision: 'v1', variant: null, without: [] };

test('only what has no folder on this machine is needed', () => {
  expect(neededFiles(spec({}))).toEqual([]);
  expect(neededFiles(spec({ path: null }))).toEqual([{ ...base, without: [] }]);
  const components = { encoder: component, local: { ...component, path: '/here' }, safety: null };
  expect(neededFiles(spec({ path: null, components }))).toEqual([
    { ...base, without: ['encoder', 'local', 'safety'] },
    { ...encoder, patterns: null },
  ]);
});

test('of a component, its folder or its file is needed', () => {
  const patterns = (more: Partial<typeof component> | { file: string }) =>
    neededFiles(spec({ components: { encoder: { ...component, ...more } } }))[0]?.patterns;
  expect(patterns({ subfolder: 'text' })).toContain('text/*.safetensors');
  expect(patterns({ subfolder: 'text' })).not.toContain('text/*');
  expect(patterns({ file: 'weights.safetensors' })).toEqual(['weights.safetensors']);
});

test('of an assembled checkpoint, only what describes its single files is needed', () => {
  const components = { encoder: { ...component, file: 'weights.safetensors' }, tokenizer: component };
  const [own] = neededFiles(spec({ path: null, components, assembled: true }));
  expect(own).toMatchObject({ repository: 'tests/scripted', patterns: ['encoder/config.json'] });
});

function recorded(fail = false) {
  const asked: { files: CheckpointFiles; token: string | null }[] = [];
  const download = async (files: CheckpointFiles, { token, onProgress }: DownloadOptions) => {
    asked.push({ files, token });
    onProgress(10.4, null);
    onProgress(20, 40);
    if (fail) throw new DarkroomError('MODEL_FILES_MISSING', 'gated');
  };
  return { asked, checkpoints: createFetchCheckpoints(download, 'hf_default') };
}
const task = (hfToken: string | null = null) => {
  const made = scriptedTask('/nowhere', ['x']);
  return { ...made, hfToken, plan: { ...made.plan, pipeline: spec({ path: null }) } };
};

test('what was found is not looked for again until it is missed; bytes are reported as a phase', async () => {
  const { asked, checkpoints } = recorded();
  const first = task();
  await checkpoints.fetch(first);
  await checkpoints.fetch(task());
  expect(asked).toHaveLength(1);
  expect(first.reports).toEqual([
    { type: 'progress', job: first.job, call: null, phase: 'downloading', step: 10, total: 10 },
    { type: 'progress', job: first.job, call: null, phase: 'downloading', step: 20, total: 40 },
  ]);
  checkpoints.forget(first.plan.pipeline);
  await checkpoints.fetch(task());
  expect(asked).toHaveLength(2);
});

test('a download that failed is tried again, with the token of the request before that of the settings', async () => {
  const { asked, checkpoints } = recorded(true);
  await expect(checkpoints.fetch(task('hf_mine'))).rejects.toThrow('gated');
  await expect(checkpoints.fetch(task())).rejects.toThrow('gated');
  expect(asked.map(({ token }) => token)).toEqual(['hf_mine', 'hf_default']);
});
