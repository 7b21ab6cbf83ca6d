/**
 * A server that can count, for tests to start as a process of their own and to kill: settings come from the environment. It
 * accepts a count for each message of its parent, and answers each with the id; the first message of all is its URL.
 */
import { pino } from 'pino';
import { parseConfig } from '../../src/config.ts';
import { open } from '../../src/server/open.ts';
import { type CountOrder, countJob, countKinds } from './count-kind.ts';

const config = parseConfig(process.env);
const log = pino({ level: config.LOG_LEVEL });
const server = await open({ role: 'both', config, log, engine: 'stand-in', moreKinds: countKinds });
process.on('message', (order: CountOrder) => {
  void server.jobs.accept(countJob(order)).then(({ job }) => process.send?.(job.id));
});
process.send?.(server.url);
