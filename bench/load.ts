import type { Pool } from 'undici';

/** A request as a benchmark sends it again and again. */
export interface Shot {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
}

/** Send it `count` times over so many connections at once. Returns milliseconds for each; throws on any refusal. */
export async function shoot(pool: Pool, shot: Shot, count: number, connections: number): Promise<number[]> {
  const latencies: number[] = [];
  let left = count;
  const payload =
    shot.body === undefined ? {} : { body: shot.body, headers: { 'content-type': 'application/json' } };
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const sent = performance.now();
      const answer = await pool.request({ method: shot.method, path: shot.path, ...payload });
      await answer.body.dump();
      if (answer.statusCode !== 200)
        throw new Error(`${shot.method} ${shot.path} answered ${answer.statusCode}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return latencies;
}
