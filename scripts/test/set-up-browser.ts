/** The tests of the page need a Chromium: found, or installed where that can be done without asking. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findBrowser } from '../../tests/harness/browser.ts';

const aptGet = '/usr/bin/apt-get';

/** Ends the process with what to do where there is none and it cannot be installed. */
export function setUpBrowserOrExit(): void {
  if (findBrowser() !== null) return;
  if (existsSync(aptGet) && process.getuid?.() === 0) {
    console.error('Installing Chromium for the tests of the page (once, a minute)…');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const run = (...args: string[]) =>
      spawnSync(aptGet, ['-qq', '-y', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    run('update');
    run('install', '--no-install-recommends', 'chromium');
    if (findBrowser() !== null) return;
  }
  console.error(
    'The tests of the page need Chromium. Install it (`sudo apt-get install chromium`), or set CHROMIUM_PATH to a Chromium or Chrome.',
  );
  process.exit(1);
}
