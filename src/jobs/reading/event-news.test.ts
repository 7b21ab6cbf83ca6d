import { expect, test } from 'vitest';
import { openEventNews } from './event-news.ts';

const carried = (sequence: number): string =>
  JSON.stringify({ sequence, at: '2026-01-01T00:00:00.000Z', body: { type: 'started', attempt: sequence } });

async function told(after: AsyncGenerator<{ sequence: number }>): Promise<number[]> {
  const sequences: number[] = [];
  for await (const { sequence } of after) sequences.push(sequence);
  return sequences;
}

test('events that follow are told as they come, and those that were told already are passed over', async () => {
  const abort = new AbortController();
  const news = openEventNews(abort.signal);
  for (const sequence of [2, 3, 3, 4]) news.heard(carried(sequence));
  const telling = news.after(3);
  expect((await telling.next()).value).toMatchObject({ sequence: 4, at: new Date('2026-01-01') });
  const next = telling.next();
  news.heard(carried(5));
  expect((await next).value).toMatchObject({ sequence: 5, body: { type: 'started', attempt: 5 } });
  const last = telling.next();
  abort.abort();
  expect((await last).done).toBe(true);
});

test.each([
  ['one is missing', [carried(4), carried(6), carried(7)], [4]],
  ['a signal carries nothing', [carried(4), '', carried(5)], [4, 5]],
  ['there are more than are kept', Array.from({ length: 200 }, (_, index) => carried(index + 4)), 'some'],
])('the database is to be asked when %s', async (_, signals, expected) => {
  const news = openEventNews(new AbortController().signal);
  for (const signal of signals) news.heard(signal);
  const sequences = await told(news.after(3));
  if (expected === 'some') expect(sequences).toEqual(Array.from({ length: 100 }, (_, index) => index + 4));
  else expect(sequences).toEqual(expected);
});
