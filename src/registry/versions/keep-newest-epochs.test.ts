import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTrained, admin, openTestRegistry, type TestRegistry } from '../registry.fixture.ts';

let opened: TestRegistry;
beforeAll(async () => {
  opened = await openTestRegistry();
});
afterAll(() => opened.close());

test('older epochs make room, but for one that is pinned', async () => {
  const { registry, database } = opened;
  const { model, version } = await addTrained(opened, 'many', { steps: [10, 20, 30, 40] });
  const keep = (count: number) =>
    database.transaction((transaction) => registry.versions.keepNewest(transaction, version, count));
  const steps = async () => (await registry.versions.find(version))?.epochs.map(({ step }) => step);
  expect(await keep(4)).toEqual([]);
  await registry.models.update(admin, model, { pinnedEpoch: '2' });
  expect((await keep(1)).toSorted()).toEqual([10, 30]);
  expect(await steps()).toEqual([20, 40]);
  await registry.models.update(admin, model, { pinnedEpoch: null });
  expect(await keep(1)).toEqual([20]);
  expect(await steps()).toEqual([40]);
});
