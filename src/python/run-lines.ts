import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

interface LinesOptions {
  /** File that gets everything the command prints. */
  log: string;
  onLine: (line: string) => void;
}

/** Runs a command, hands over its lines (both streams) as they come, and resolves with the exit code; 127: no such command. */
export function runLines(command: string, args: string[], { log, onLine }: LinesOptions): Promise<number> {
  appendFileSync(log, `\n$ ${[command, ...args].join(' ')}\n`);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        appendFileSync(log, `${line}\n`);
        onLine(line);
      });
    }
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
