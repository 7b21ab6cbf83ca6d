import { z } from 'zod';
import { PROTOCOL, type Report, reportSchema } from './protocol.ts';

export type ParsedLine =
  | { kind: 'report'; report: Report }
  /** The two sides cannot work together, whatever else the line says. */
  | { kind: 'wrong_protocol'; protocol: number }
  | { kind: 'invalid'; problem: string };

const greeting = z.looseObject({ type: z.literal('ready'), protocol: z.number() });

/** One line from the engine. The protocol number is looked at first: a `ready` of another version may differ in shape. */
export function parseReport(line: string): ParsedLine {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return { kind: 'invalid', problem: 'not JSON' };
  }
  const ready = greeting.safeParse(message);
  if (ready.success && ready.data.protocol !== PROTOCOL) {
    return { kind: 'wrong_protocol', protocol: ready.data.protocol };
  }
  const parsed = reportSchema.safeParse(message);
  return parsed.success
    ? { kind: 'report', report: parsed.data }
    : { kind: 'invalid', problem: z.prettifyError(parsed.error) };
}
