import { nothingInMemory } from '../../tests/support/sample-job.ts';
import type { Job, JobOutput, OutputNote } from '../jobs/job.ts';
import { plainBody, type TestApp } from './app.fixture.ts';

/** Send the plain body (with changes) and return the id, failing unless it was accepted. */
export async function submitPlain(server: TestApp, changes: object = {}): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/v1/inference',
    payload: { ...plainBody, ...changes },
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json().request_id;
}

/** Take the next job, as a worker does. */
export async function claimNext(server: TestApp): Promise<Job> {
  const claimed = await server.jobs.work.claim({ kinds: ['render'], inMemory: nothingInMemory, most: 1 });
  const [job] = claimed.jobs;
  if (job === undefined) throw new Error('There is nothing to claim.');
  return job;
}

/** Store a file for a prompt of a claimed job, as a worker does when it is rendered. */
export async function storeOutput(
  server: TestApp,
  job: string,
  index: number,
  content: Uint8Array,
  note?: OutputNote,
): Promise<JobOutput> {
  const key = `jobs/${job}/${job}_output_${index}.png`;
  const stored = await server.files.put(key, content, 'image/png');
  const output: JobOutput = {
    index,
    kind: 'image',
    format: 'png',
    width: 128,
    height: 128,
    frames: 1,
    fps: null,
    seed: 42 + index,
    key,
    bytes: stored.bytes,
    sha256: stored.sha256,
    seconds: 1.5,
  };
  await server.jobs.work.recordOutput(job, output, note);
  return output;
}

export async function finish(server: TestApp, job: string): Promise<void> {
  const timings = { load_pipeline: 2, adapters: 0.5, render: 3 };
  await server.jobs.work.finish(job, {
    result: { timings, versions: { torch: '2.13.0' } },
    warnings: ['from the engine'],
  });
}
