import { spawn } from 'node:child_process';
import os from 'node:os';

export interface ProgramEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end with `input` on its standard input. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: Record<string, string> } = {},
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      // Vitest sets variables of its own, such as BASE_URL, that mean something else to us.
      env: { PATH: process.env.PATH, HOME: os.homedir(), ...options.env },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: text(stdout), stderr: text(stderr) }));
    // A program that fails early closes its input; its exit code tells more than our EPIPE.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** The same, but an exit code other than 0 is an Error with the end of what the program wrote. */
export async function runOrThrow(...call: Parameters<typeof runProgram>): Promise<ProgramEnd> {
  const end = await runProgram(...call);
  if (end.code === 0) return end;
  throw new Error(`${call[0]} ${call[1].join(' ')} ended with ${end.code}:\n${end.stderr.slice(-4000)}`);
}

const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');
