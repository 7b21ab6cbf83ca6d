import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './open-database.ts';
import { openPglite } from './open-pglite.ts';

const log = pino({ level: 'silent' });
let data = '';
const folder = (): string => path.join(data, 'database');

beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'darkroom-database-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

test('a second process on the data folder is refused, and may have it after the first has closed it', async () => {
  const database = await openDatabase({ config: { databaseFolder: folder() }, log });
  const second = (): string => {
    const script = `
      const { openDatabase } = await import(${JSON.stringify(path.join(import.meta.dirname, 'open-database.ts'))});
      await openDatabase({ config: { databaseFolder: ${JSON.stringify(folder())} }, log: console })
        .catch((error) => console.log(error.message));
      process.exit(0);`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout;
  };
  expect(second()).toContain(`${data} is in use by process ${process.pid} on`);
  await database.close();
  await (await openDatabase({ config: { databaseFolder: folder() }, log })).close();
}, 120_000);

test('a database server that does not answer is named, without its password', async () => {
  const DATABASE_URL = 'postgresql://user:hunter2@127.0.0.1:9/darkroom';
  const opening = openDatabase({ config: { DATABASE_URL, databaseFolder: folder() }, log });
  await expect(opening).rejects.toThrow(
    /The database at postgresql:\/\/127\.0\.0\.1:9\/darkroom does not answer/,
  );
  await expect(opening).rejects.not.toThrow(/hunter2/);
});

test('a folder that is no database is left alone and explained, and the lock is free again', async () => {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(path.join(folder(), 'PG_VERSION'), '99\n');
  await expect(openDatabase({ config: { databaseFolder: folder() }, log })).rejects.toThrow(
    /The embedded database in .* does not open/,
  );
  expect(existsSync(path.join(folder(), 'PG_VERSION'))).toBe(true);
  expect(existsSync(`${folder()}.lock`)).toBe(false);
});

test('the embedded database takes back the space of what was deleted', async () => {
  const database = await openPglite(null, 50);
  const run = (text: string) => database.bossExecutor.executeSql(text);
  await run(
    "insert into owners select g::text, 'm', 1, repeat('x', 400), now() from generate_series(1, 2000) g",
  );
  await run('delete from owners');
  const size = async (): Promise<number> =>
    Number((await run("select pg_relation_size('owners')::int as size")).rows[0]?.size);
  while ((await size()) > 0) await sleep(20);
  await database.close();
});

test('a process whose data folder was taken over ends before it writes anything', async () => {
  const script = `
    const { openDatabase } = await import(${JSON.stringify(path.join(import.meta.dirname, 'open-database.ts'))});
    const log = { ...console, fatal: (message) => console.log(message) };
    const { bossExecutor } = await openDatabase({ config: { databaseFolder: ${JSON.stringify(folder())} }, log });
    const write = (name) =>
      bossExecutor.executeSql("insert into secrets values ('" + name + "', repeat('x', 100000))");
    await write('before');
    console.log('ready');
    process.stdin.once('data', () => write('after'));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  const ready = once(child.stdout, 'data');
  child.stdout.on('data', (text) => {
    said += String(text);
  });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.on('error', () => {});
  await ready;
  const other = JSON.stringify({ machine: 'other-host boot', pid: 7, processStart: '9' });
  writeFileSync(`${folder()}.lock`, other);
  const before = contents(folder());
  await sleep(150);
  child.stdin.write('go');
  expect([await exit, said]).toEqual([1, expect.stringContaining('taken over by process 7 on other-host')]);
  expect(contents(folder())).toEqual(before);
  expect(readFileSync(`${folder()}.lock`, 'utf8')).toBe(other);
}, 240_000);

/** Every file of a folder with a hash of what it holds. */
function contents(of: string): string[] {
  const names = readdirSync(of, { recursive: true, encoding: 'utf8' }).map((name) => path.join(of, name));
  const files = names.filter((name) => statSync(name).isFile());
  return files.map((name) => `${name} ${createHash('sha256').update(readFileSync(name)).digest('hex')}`);
}
