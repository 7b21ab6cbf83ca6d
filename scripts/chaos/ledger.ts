import { z } from 'zod';

/** What the server said yes to, written down outside of it. */
export interface Ledger {
  /** Prompts of each acknowledged request, by id. */
  acknowledged: Map<string, number>;
}

export const createLedger = (): Ledger => ({ acknowledged: new Map() });

export interface Sending {
  url: string;
  ledger: Ledger;
  count: number;
  round: number;
  random: () => number;
  /** Aborts when the server is dead. */
  signal: AbortSignal;
}

const acknowledgement = z.object({ request_id: z.string() });

/** Send requests over the life of a server, some at once, some after another; those that got no answer do not count. */
export async function sendRequests({ url, ledger, count, round, random, signal }: Sending): Promise<void> {
  const sending = Array.from({ length: count }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, random() * 1_500));
    const prompts = Array.from({ length: 1 + Math.floor(random() * 3) }, (__, prompt) => ({
      ...{
        prompt: `round ${round}, request ${index}, picture ${prompt}`,
        seed: round * 1000 + index * 10 + prompt,
      },
      ...{ width: 64, height: 64, sample_steps: 1 + Math.floor(random() * 8) },
    }));
    const body = JSON.stringify({ model: 'demo', base_only: true, output_format: 'png', prompts });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/v1/inference`, { method: 'POST', headers, body, signal });
    const text = await response.text();
    if (!response.ok) throw new Error(`A good request was answered with ${response.status}: ${text}`);
    ledger.acknowledged.set(acknowledgement.parse(JSON.parse(text)).request_id, prompts.length);
  });
  for (const result of await Promise.allSettled(sending)) {
    if (result.status === 'rejected' && !isLostConnection(result.reason)) throw result.reason;
  }
}

/** What `fetch` throws when the server is gone. */
function isLostConnection(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'AbortError');
}
