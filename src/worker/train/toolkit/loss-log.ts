import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

export interface LoggedLoss {
  step: number;
  /** Null where it is no number. */
  loss: number | null;
  learningRate: number;
}

const rows = z.array(
  z.object({ step: z.coerce.number().int(), loss: z.number().nullable(), rate: z.number().nullable() }),
);

const statement = `
  select loss.step, loss.value_real as loss, rate.value_real as rate
  from metrics as loss left join metrics as rate on rate.step = loss.step and rate.key = 'learning_rate'
  where loss.key = (select key from metrics where key like 'loss/%' order by key = 'loss/loss' desc, key limit 1)
    and loss.step > ? order by loss.step`;

/** What ai-toolkit logs of the steps after one: `loss_log.db` of its job folder. Empty while there is none, or none that can be read. */
export function readLosses(file: string, after: number): LoggedLoss[] {
  if (!existsSync(file)) return [];
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
    try {
      const read = rows.parse(database.prepare(statement).all(after));
      return read.map(({ step, loss, rate }) => ({ step, loss, learningRate: rate ?? 0 }));
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}
