import { expect, test } from 'vitest';
import { type SeenEnd, toolkitEnd } from './toolkit-end.ts';

const seen = (more: { status?: string; info?: string } & Partial<Omit<SeenEnd, 'standing'>>): SeenEnd => {
  const { status = 'running', info = 'Training', end = { code: 0, signal: null }, log = '' } = more;
  return { standing: { status, info, step: 5, save_now: 0 }, end, log };
};

test.each<[string, SeenEnd, object]>([
  [
    'out of memory',
    seen({ status: 'error', info: 'CUDA out of memory. Tried to allocate 2 GiB.' }),
    { kind: 'failed', code: 'OUT_OF_MEMORY', message: expect.stringContaining('2 GiB. Train at smaller') },
  ],
  [
    'a full disk',
    seen({ status: 'error', info: '[Errno 28] No space left on device' }),
    { kind: 'failed', code: 'STORAGE_FULL' },
  ],
  [
    'an error before it knew its database',
    seen({ end: { code: 1, signal: null }, log: 'Traceback\n====\nImportError: no torch in /opt/x/y.py\n' }),
    {
      kind: 'failed',
      code: 'TRAINING_FAILED',
      message: 'ai-toolkit failed: Traceback | ImportError: no torch in y.py',
    },
  ],
  ['a signal', seen({ end: { code: null, signal: 'SIGSEGV' } }), { kind: 'crashed' }],
  ['an end that nobody saw', seen({ end: null }), { kind: 'crashed' }],
  ['a stop', seen({ status: 'stopped', info: 'Job stopped' }), { kind: 'canceled' }],
])('%s', (_, end, outcome) => {
  expect(toolkitEnd(end)).toMatchObject(outcome);
});
