import { expect, test } from 'vitest';
import { orAborted } from './or-aborted.ts';

test('orAborted passes on what comes first', async () => {
  const controller = new AbortController();
  expect(await orAborted(Promise.resolve(1), controller.signal)).toBe(1);
  const pending = orAborted(new Promise(() => {}), controller.signal);
  controller.abort(new Error('enough'));
  await expect(pending).rejects.toThrow('enough');
  await expect(orAborted(Promise.resolve(1), controller.signal)).rejects.toThrow('enough');
});
