import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { spawnPython } from './spawn-python.ts';

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const gone = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);

/** A program that starts another, says its id, and stays: nothing but a signal ends the two. */
const family = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log(child.pid);
  setInterval(() => {}, 1000);
`;
const start = () =>
  spawnPython({
    spawn: (_python, _args, options) => spawn(process.execPath, ['-e', family], options),
    python: 'python',
    module: 'module',
    folder: '.',
    environment: process.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

test.runIf(process.platform !== 'win32')('a signal reaches the process and what it started', async () => {
  const { child, kill } = start();
  const [line] = await once(child.stdout ?? process.stdin, 'data');
  kill('SIGKILL');
  await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  await gone(Number(String(line)));
  // Its id may be someone else's by now.
  expect(() => kill('SIGKILL')).not.toThrow();
});

test('a process does not outlive a server that ends without stopping it', async () => {
  const server = `
    import { spawn } from 'node:child_process';
    import { spawnPython } from ${JSON.stringify(path.join(import.meta.dirname, 'spawn-python.ts'))};
    const { child } = spawnPython({
      spawn: (command, args, options) => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options),
      python: '', module: '', folder: '.', environment: process.env, stdio: 'ignore',
    });
    console.log(child.pid);
    setTimeout(() => { throw new Error('the server fails'); }, 100);
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', server], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(child.stdout, 'data');
  const pid = Number(String(line));
  expect(isAlive(pid)).toBe(true);
  await once(child, 'exit');
  await gone(pid);
});

test('listeners for the end of the server do not pile up', async () => {
  const before = process.listenerCount('exit');
  const { child, kill } = start();
  expect(process.listenerCount('exit')).toBe(before + 1);
  kill('SIGKILL');
  await once(child, 'exit');
  expect(process.listenerCount('exit')).toBe(before);
  const missing = spawnPython({
    spawn,
    python: '/nowhere/python',
    module: 'x',
    folder: '.',
    environment: {},
    stdio: 'ignore',
  });
  await once(missing.child, 'error');
  expect(process.listenerCount('exit')).toBe(before);
});
