import { AsyncLocalStorage } from 'node:async_hooks';
import type { Db as BossExecutor } from 'pg-boss';
import type { Database, Queries } from './database.ts';

type Begin = <T>(work: (transaction: Queries, executor: BossExecutor) => Promise<T>) => Promise<T>;

/**
 * Make pg-boss join the transaction that is open around its call. pg-boss takes an executor per call, but still reads its
 * own queue table through the one it was made with; on PGlite's single connection that read would wait for the transaction
 * that is waiting for it.
 */
export function joinTransactions(
  begin: Begin,
  alone: BossExecutor,
): Pick<Database, 'transaction' | 'bossExecutor'> {
  const current = new AsyncLocalStorage<BossExecutor>();
  return {
    transaction: (work) => begin((transaction, executor) => current.run(executor, () => work(transaction))),
    bossExecutor: {
      executeSql: (text, values) => (current.getStore() ?? alone).executeSql(text, values),
    },
  };
}
