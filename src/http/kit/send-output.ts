import path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { said } from '../../errors/sentence.ts';
import { isTerminal, type Job, type JobOutput } from '../../jobs/job.ts';
import type { DialectParts } from '../dialect.ts';
import { findJob } from './find-job.ts';
import { sendFile } from './send-file.ts';

export const outputTypes: Readonly<Record<JobOutput['format'], string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  mp4: 'video/mp4',
};

/** Which output, as the client wrote it, and whether it is to be offered for saving. */
export interface AskedOutput {
  job: string;
  index: string;
  download: boolean;
}

/** Answer with a finished picture or video. Throws REQUEST_NOT_FOUND, OUTPUT_NOT_FOUND and RANGE_NOT_SATISFIABLE. */
export async function sendOutput(
  http: { request: FastifyRequest; reply: FastifyReply },
  asked: AskedOutput,
  { jobs, files }: Pick<DialectParts, 'jobs' | 'files'>,
): Promise<FastifyReply> {
  const { request, reply } = http;
  const output = findOutput(await findJob(jobs, asked.job, request), asked.index);
  return sendFile(request, reply, files, {
    key: output.key,
    bytes: output.bytes,
    sha256: output.sha256,
    contentType: outputTypes[output.format],
    name: path.posix.basename(output.key),
    download: asked.download,
  });
}

/** The output of an index, as the client wrote it. Throws OUTPUT_NOT_FOUND. */
export function findOutput(job: Job, text: string): JobOutput {
  const output = job.outputs.find(({ index }) => String(index) === text);
  if (output !== undefined) return output;
  const finished = `${job.outputs.length} of ${job.units}`;
  throw new DarkroomError(
    'OUTPUT_NOT_FOUND',
    said`The request has no output "${text.slice(0, 20)}"${isTerminal(job.state) ? '' : ' yet'}: it is ${{ of: 'state', state: job.state }} with ${finished} finished.`,
    { details: { finished: job.outputs.map(({ index }) => index).sort((a, b) => a - b) } },
  );
}
