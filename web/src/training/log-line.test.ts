import { expect, test } from 'vitest';
import { logLine } from './log-line.ts';

const at = '2026-01-31T12:00:00.000Z';

test.each([
  ['started', { attempt: 1 }, 'Started'],
  ['started', { attempt: 2 }, 'Started again (attempt 2)'],
  ['progress', { phase: 'training', step: 3, total: 40, loss: 0.25 }, 'Step 3 of 40, loss 0.2500'],
  ['progress', { phase: 'loading', step: 0, total: 0 }, 'Loading the model'],
  ['epoch', { number: 2, step: 20, loss: null }, 'Epoch 2 kept, step 20'],
  ['ended', { status: 'failed', error: 'It stopped.', error_code: 'X' }, 'It stopped. X'],
] as const)('%s is a line', (name, data, text) => {
  expect(logLine(name, { at, ...data }, '1')?.text).toBe(text);
});

test('what another version tells is no line', () => {
  expect(logLine('progress', { at }, '1')).toBeNull();
  expect(logLine('started', { attempt: 1 }, '1')).toBeNull();
});
