/** The databases that the jobs layer is tested on: PGlite always, a Postgres server where its programs are installed. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

export const postgresFolder = findPostgres();

export interface PostgresServer {
  /** A new, empty database on it, by connection string. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

function findPostgres(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  const folder = versions.map((version) => path.join(root, version, 'bin')).find((bin) => existsSync(bin));
  if (folder === undefined) {
    console.warn(
      `No PostgreSQL server under ${root}: what is shared between processes is tested on PGlite only.`,
    );
  }
  return folder ?? null;
}

/** A server of its own on a socket in a temporary folder. It refuses to run as root, so it runs as nobody then. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-postgres-'));
  chmodSync(folder, 0o777);
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const data = path.join(folder, 'data');
  execFileSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'darkroom', '-A', 'trust', '-N', '-E', 'UTF8'], {
    ...identity,
    stdio: 'ignore',
    cwd: folder,
  });
  const server = spawn(
    path.join(bin, 'postgres'),
    ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'],
    { ...identity, stdio: 'ignore', cwd: folder },
  );
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
    stop: async () => {
      const exit = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGQUIT');
      await exit;
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
