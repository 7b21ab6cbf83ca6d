import { expect, test } from 'vitest';
import { createClosers } from './closers.ts';

test('closes in the reverse order, once', async () => {
  const closers = createClosers();
  const closed: string[] = [];
  for (const name of ['database', 'jobs', 'app']) closers.add(async () => void closed.push(name));
  await Promise.all([closers.closeAll(), closers.closeAll()]);
  await closers.closeAll();
  expect(closed).toEqual(['app', 'jobs', 'database']);
});

test('one that fails does not keep the others open', async () => {
  const closers = createClosers();
  const closed: string[] = [];
  closers.add(async () => void closed.push('database'));
  closers.add(async () => {
    throw new Error('app does not close');
  });
  await expect(closers.closeAll()).rejects.toThrow('app does not close');
  expect(closed).toEqual(['database']);
});
