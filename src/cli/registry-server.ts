import { z } from 'zod';
import { DarkroomApiError } from '../client/api-error.ts';
import { type Client, openClient } from '../client/open-client.ts';
import { UsageError } from '../errors/usage-error.ts';
import { commandConfig } from './command-config.ts';

/** Where a server of this machine listens when nobody says otherwise. */
export const usualServer = 'http://127.0.0.1:8000';

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The server that a command works with. The key is that of DARKROOM_API_KEY. */
export interface RegistryServer {
  url: string;
  client: Client;
  /** What the server answered. Throws UsageError that says why it refused, or that nothing answers. */
  /** Send a part of an upload to its URL. Throws the same. */
  put(url: string, part: Blob): Promise<void>;
  ask<Data>(call: Promise<Answer<Data>>): Promise<Data>;
}

const fileProblems = z.object({
  files: z.array(z.object({ name: z.string(), problem: z.string(), fix: z.string() })),
});

/** Every file that an error names, each in a line, where there are more than its message says. */
function badFiles(details: DarkroomApiError['details']): string[] {
  const files = fileProblems.safeParse(details).data?.files ?? [];
  return files.length < 2 ? [] : files.map(({ name, problem, fix }) => `  ${name}: ${problem} ${fix}`);
}

export function registryServer(url: string): RegistryServer {
  const base = url.replace(/\/+$/, '');
  const apiKey = commandConfig().DARKROOM_API_KEY;
  const client = openClient({ url: base, apiKey });
  const ask: RegistryServer['ask'] = async (call) => {
    const { data, error, response } = await call.catch((thrown: unknown) => {
      throw new UsageError(
        `No server answers at ${base}. Start one with \`darkroom serve\`, or name yours with --server.`,
        { cause: thrown },
      );
    });
    if (data !== undefined) return data;
    const { code, message, details } = new DarkroomApiError(response, error);
    const hint = code === 'UNAUTHORIZED' ? ' Put a key of the server into DARKROOM_API_KEY.' : '';
    throw new UsageError([`${message}${hint} (${code})`, ...badFiles(details)].join('\n'));
  };
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const send = async (address: string, part: Blob): Promise<Answer<true>> => {
    const headers = { ...authorization, 'content-type': 'application/octet-stream' };
    const response = await fetch(address, { method: 'PUT', body: part, headers });
    const body: unknown = await response.json().catch(() => null);
    return response.ok ? { data: true, response } : { error: body, response };
  };
  return {
    url: base,
    client,
    ask,
    put: async (address, part) => void (await ask(send(address, part))),
  };
}
