/**
 * Which process this is, in words that a later process can check: the pid alone is not enough, because numbers are used
 * again. A process is named by the machine (host, boot and pid namespace), its pid and the moment it started.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

export const processIdentitySchema = z.object({
  machine: z.string(),
  pid: z.int().positive(),
  /** As the machine counts it: clock ticks since boot on Linux, a date elsewhere. Empty where it cannot be known. */
  processStart: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** `elsewhere`: a process of another machine or container, of which nothing can be seen from here. */
export type Liveness = 'alive' | 'dead' | 'elsewhere';

export const thisProcess = (): ProcessIdentity => identityOf(process.pid);

/** Of a process of this machine. */
export function identityOf(pid: number): ProcessIdentity {
  return { machine: thisMachine(), pid, processStart: processStart(pid) ?? '' };
}

export function liveness(identity: ProcessIdentity): Liveness {
  if (identity.machine !== thisMachine()) return 'elsewhere';
  const start = processStart(identity.pid);
  if (start === null) return 'dead';
  return identity.processStart === '' || start === '' || start === identity.processStart ? 'alive' : 'dead';
}

function thisMachine(): string {
  return [hostname(), read('/proc/sys/kernel/random/boot_id'), pidNamespace()].filter(Boolean).join(' ');
}

/** Null when there is no such process; empty when there is one whose start cannot be read. */
function processStart(pid: number): string | null {
  if (!exists(pid)) return null;
  if (process.platform === 'linux') return startOnLinux(pid);
  if (process.platform === 'win32') return '';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return exists(pid) ? '' : null;
  }
}

/** Fields 3 (state) and 22 (start time) of /proc/<pid>/stat; the name before them may hold spaces and parentheses. */
function startOnLinux(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === '') return exists(pid) ? '' : null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isZombie = fields[0] === 'Z' || fields[0] === 'X';
  return isZombie ? null : (fields[19] ?? '');
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
