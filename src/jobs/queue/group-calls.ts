/**
 * Turn a function that takes many items at once, such as a commit or a look-up in the database, into one that takes them one
 * by one: what arrives while a call is under way waits and goes together in the next. Nobody waits for a timer: before each
 * call the event loop gets one turn, in which the requests that have come in meanwhile join the group. Without it clients
 * that answer an answer with their next request would alternate between groups of one and groups of all others.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

export function groupCalls<Item, Result>(
  call: (items: Item[]) => Promise<(() => Result)[]>,
  largestGroup: number,
): (item: Item) => Promise<Result> {
  const waiting: { item: Item; settle: (outcome: Promise<Result>) => void }[] = [];
  let isCalling = false;

  async function drain(): Promise<void> {
    isCalling = true;
    while (waiting.length > 0) {
      await nextTurn();
      const group = waiting.splice(0, largestGroup);
      const outcomes = await outcomesOf(group.map(({ item }) => item));
      group.forEach(({ settle }, index) => {
        settle(
          outcomes[index] ?? Promise.reject(new Error('A call answered for fewer items than it was given.')),
        );
      });
    }
    isCalling = false;
  }

  /** When a group fails as a whole, each item is tried alone, so that one bad item cannot fail its neighbors. */
  async function outcomesOf(items: Item[]): Promise<Promise<Result>[]> {
    try {
      return (await call(items)).map((read) => settled(read));
    } catch (error) {
      if (items.length === 1) return [settled(() => Promise.reject(error))];
    }
    const alone: Promise<Result>[] = [];
    for (const item of items) alone.push(...(await outcomesOf([item])));
    return alone;
  }

  return (item) =>
    new Promise((resolve) => {
      waiting.push({ item, settle: resolve });
      if (!isCalling) void drain();
    });
}

/** A promise that may be looked at later: a rejection in the meantime is not an unhandled one. */
function settled<Result>(read: () => Result | Promise<Result>): Promise<Result> {
  const outcome = new Promise<Result>((resolve) => resolve(read()));
  outcome.catch(() => {});
  return outcome;
}
