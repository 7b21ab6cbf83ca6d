import { z } from 'zod';
import { type Finding, ok, wrong } from './finding.ts';

const healthSchema = z.object({ status: z.literal('healthy') });
const readySchema = z.object({ ready: z.boolean(), reasons: z.array(z.string()).default([]) });
const timeoutMs = 5000;

/** Asks a running server how it is. `/health` and `/ready` need no key. */
export async function checkServer(url: string): Promise<Finding[]> {
  const base = url.replace(/\/+$/, '');
  const health = healthSchema.safeParse(await getJson(`${base}/health`));
  if (!health.success) {
    return [wrong('server', `no Darkroom server answers at ${base}`, 'start one with: npm start')];
  }
  const ready = readySchema.safeParse(await getJson(`${base}/ready`));
  const alive = ok('server', `${base} answers`);
  if (ready.success && ready.data.ready) return [alive, ok('engine', 'ready to render')];
  const reasons = ready.success ? ready.data.reasons.join('; ') : 'no answer from /ready';
  return [
    alive,
    wrong(
      'engine',
      `not ready: ${reasons}`,
      'wait for it to start, or run `darkroom doctor` on that machine',
    ),
  ];
}

async function getJson(url: string): Promise<unknown> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return await answer.json();
  } catch {
    return null;
  }
}
