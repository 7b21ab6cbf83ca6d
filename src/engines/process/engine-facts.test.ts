import { expect, test } from 'vitest';
import { createEngineFacts } from './engine-facts.ts';
import type { Report } from './protocol.ts';

const memory = { used_bytes: 1, total_bytes: 2, peak_bytes: 3 };
const step = (phase: 'loading' | 'denoising'): Report => ({
  type: 'progress',
  job: 'job',
  call: 0,
  phase,
  step: 1,
  total: 2,
});

function using(...keys: string[]) {
  const facts = createEngineFacts();
  for (const key of keys) facts.learn(step('denoising'), key);
  return facts;
}

test('what was used last stands last', () => {
  expect(using('a', 'b', 'a').all().resident).toEqual(['b', 'a']);
});

test('what is still loading is not in memory yet', () => {
  const facts = using('a');
  facts.learn(step('loading'), 'b');
  expect(facts.all().resident).toEqual(['a']);
});

test('what a training has dropped to hold its base in a lighter way is not in memory at its end', () => {
  const facts = createEngineFacts();
  const stage = (reached: 'caching_text' | 'training' | 'sampling') =>
    facts.learn({ type: 'stage', job: 'job', stage: reached, step: 0, total: 1 }, 'a');
  stage('caching_text');
  expect(facts.all().resident).toEqual(['a']);
  facts.learn({ type: 'unloaded', keys: ['a'], memory }, 'a');
  stage('training');
  expect(facts.all().resident).toEqual([]);
  stage('sampling');
  expect(facts.all().resident).toEqual(['a']);
});

test('what was unloaded is gone, and everything with the process, but for what the next one will say too', () => {
  const facts = using('a', 'b', 'c');
  facts.learn({ type: 'unloaded', keys: ['b', 'x'], memory }, null);
  expect(facts.all()).toMatchObject({ resident: ['a', 'c'], memory });
  const device = { type: 'cpu', name: 'CPU', dtype: 'float32' };
  facts.learn({ type: 'ready', protocol: 2, pid: 1, versions: { torch: '2' }, device, memory }, null);
  facts.gone();
  expect(facts.all()).toEqual({
    resident: [],
    loads: 0,
    merges: 0,
    memory: null,
    versions: { torch: '2' },
    device,
  });
});
