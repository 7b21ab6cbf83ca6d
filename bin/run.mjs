#!/usr/bin/env node
/**
 * `node bin/run.mjs <file> [args]`: runs a file of this package on the Node that package.json pins.
 *
 * Plain JavaScript for Node 20 or newer and nothing installed, because it is the first thing that runs after a clone: it
 * installs the npm packages when they are missing or not those of package-lock.json, the pinned Node among them, and then
 * becomes a thin wrapper: signals go down, the exit code comes up. An installed package has no lock file: npm installed its
 * dependencies with it, in a folder above.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => path.join(root, ...parts);
const lockFile = inRoot('package-lock.json');
const stampFile = inRoot('node_modules', '.darkroom-packages');

/** Whether this is a copy of the repository, where TypeScript runs as it is, and not an installed package. */
export const isCheckout = fs.existsSync(inRoot('src', 'main.ts'));

/** Runs `file` (relative to the root of the package) and ends this process the way the file ended. */
export function runFile(file, args) {
  ensurePackages();
  const endWithParent = pathToFileURL(inRoot('bin', 'end-with-parent.mjs')).href;
  // The extra channel closes when this wrapper dies, however it dies; end-with-parent.mjs watches it.
  const child = spawn(pinnedNode(), ['--import', endWithParent, inRoot(file), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event !== undefined) stopWithNpm(child);
  child.on('error', (error) => fail(`Cannot start ${pinnedNode()}: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (os.constants.signals[signal] ?? 0);
    if (child.connected) child.disconnect();
  });
}

/** npm passes a SIGTERM on to its shell only, which ends without telling us: the sign of it is that our parent changes. */
function stopWithNpm(child) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 250);
  watch.unref();
}

function ensurePackages() {
  if (!isCheckout) {
    if (!fs.existsSync(nodeBinary())) fetchNodeBinary();
    return;
  }
  const hash = createHash('sha256').update(fs.readFileSync(lockFile)).digest('hex');
  if (readText(stampFile) === hash && fs.existsSync(nodeBinary())) return;
  if (!installedAsLocked()) installPackages();
  if (!fs.existsSync(nodeBinary())) fetchNodeBinary();
  fs.writeFileSync(stampFile, hash);
}

/** Whether npm's own record of node_modules has every package of the lock file that belongs on this platform. */
function installedAsLocked() {
  const record = readText(inRoot('node_modules', '.package-lock.json'));
  if (record === null) return false;
  const installed = JSON.parse(record).packages;
  const wanted = JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([where, facts]) => where === '' || facts.optional || installed[where]?.version === facts.version,
  );
}

function installPackages() {
  console.error('Installing the npm packages (once, about a minute)…');
  const log = inRoot('npm-install.log');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = npm(args);
  if (result.status === 0) {
    fs.rmSync(log, { force: true });
    return;
  }
  fs.writeFileSync(log, `${result.stdout ?? ''}\n${result.stderr ?? ''}\n${result.error ?? ''}`);
  const reason = `${result.stderr}`.includes('network')
    ? 'The npm registry cannot be reached.'
    : 'npm failed.';
  fail(
    `${reason} The whole output is in ${log}; \`npm ${args.join(' ')}\` repeats the step.\n${tail(result.stderr)}`,
  );
}

/** Folder of the npm package `node`, here or where npm hoisted it to. */
function nodePackage() {
  try {
    return path.dirname(createRequire(inRoot('package.json')).resolve('node/package.json'));
  } catch {
    return inRoot('node_modules', 'node');
  }
}

function nodeBinary() {
  return path.join(nodePackage(), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** The npm package `node` places its binary from an install script, which npm does not run when scripts are turned off. */
function fetchNodeBinary() {
  spawnSync(process.execPath, ['installArchSpecificPackage.js'], {
    cwd: nodePackage(),
    stdio: 'ignore',
  });
}

function pinnedNode() {
  if (fs.existsSync(nodeBinary())) return nodeBinary();
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(
    `Darkroom needs Node 22.18 or newer to run; this is ${process.version}, and the npm package \`node\` that would bring one ` +
      'was installed without its binary. Install Darkroom with `--ignore-scripts=false`, or install Node 24.',
  );
}

function npm(args) {
  return spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 64 << 20,
  });
}

const tail = (text) => `${text ?? ''}`.trim().split('\n').slice(-8).join('\n');

function readText(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (process.argv[1] !== undefined && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) fail('Usage: node bin/run.mjs <file> [arguments]');
  runFile(file, args);
}
