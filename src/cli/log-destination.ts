import { z } from 'zod';

const lineSchema = z.looseObject({ level: z.number(), time: z.number(), msg: z.string().optional() });

const levelNames: Record<number, string> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

/** Where pino writes: JSON lines, or one readable line each where a person watches. Standard error, for both. */
export function logDestination(output: NodeJS.WriteStream = process.stderr): { write(line: string): void } {
  if (!output.isTTY) return output;
  return { write: (line) => void output.write(readableLogLine(line)) };
}

/** `12:03:11 info  message key=value`, from one JSON line of pino; other text passes as it is. */
export function readableLogLine(line: string): string {
  const parsed = lineSchema.safeParse(parseJson(line));
  if (!parsed.success) return line;
  const { level, time, msg = '', pid: _pid, hostname: _hostname, ...fields } = parsed.data;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${readableValue(value)}`);
  return `${clock} ${(levelNames[level] ?? `${level}`).padEnd(5)} ${[msg, ...rest].join(' ')}\n`;
}

function readableValue(value: unknown): string {
  return typeof value === 'string' && !value.includes(' ') ? value : JSON.stringify(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
