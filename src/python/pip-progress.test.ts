import { expect, test } from 'vitest';
import { pipProgress, pipStart } from './pip-progress.ts';

const run = (...lines: string[]) => lines.reduce(pipProgress, pipStart);

test('counts collected packages and names the one on its way', () => {
  const state = run(
    'Looking in indexes: somewhere',
    'Collecting torch==2.13.0',
    '  Downloading torch-2.13.0-cp311-none-linux.whl (190.1 MB)',
    'Progress 95000000 of 190000000',
  );
  expect(state).toMatchObject({ value: 1, note: 'torch (190.1 MB) 50%' });
});

test('a percentage replaces the one before', () => {
  expect(run('Collecting torch', 'Progress 1 of 4', 'Progress 2 of 4').note).toBe('torch 50%');
});

test('never runs past its total, however many packages there are', () => {
  const state = run(...Array.from({ length: 200 }, (_, n) => `Collecting package-${n}`));
  expect(state.value).toBe(200);
  expect(state.total).toBeGreaterThan(200);
});

test('is full when pip says so', () => {
  const state = run(
    'Collecting torch',
    'Installing collected packages: torch',
    'Successfully installed torch-2',
  );
  expect(state.value).toBe(state.total);
});
