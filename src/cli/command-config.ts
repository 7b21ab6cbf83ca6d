import { type Config, parseConfig } from '../config.ts';
import { UsageError } from '../errors/usage-error.ts';

/** Settings of the environment with flags over them. Throws UsageError that lists every bad one. */
export function commandConfig(flags: Record<string, string | undefined> = {}): Config {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  try {
    return parseConfig({ ...process.env, ...given });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
