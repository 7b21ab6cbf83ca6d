import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { type Config, parseConfig } from '../../src/config.ts';
import { logRedaction } from '../../src/security/redact.ts';
import { open, type RunningServer } from '../../src/server/open.ts';

export interface StandInServer extends RunningServer {
  config: Config;
  /** Every line that was logged, down to the finest. */
  log: string[];
  /** Stops it and removes its data folder. */
  remove(): Promise<void>;
}

/** The whole server, listening, in this process; only its engine draws gradients. Logs as `darkroom serve` does. */
export async function startStandIn(environment: Record<string, string> = {}): Promise<StandInServer> {
  const data = await mkdtemp(path.join(os.tmpdir(), 'darkroom-stand-in-'));
  const config = parseConfig({ PORT: '0', DARKROOM_DATA: data, ...environment });
  const lines: string[] = [];
  const log = pino(
    { level: 'debug', redact: logRedaction },
    { write: (line: string) => void lines.push(line) },
  );
  const server = await open({ role: 'both', config, log, engine: 'stand-in' });
  return {
    ...server,
    config,
    log: lines,
    remove: async () => {
      await server.stop();
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
