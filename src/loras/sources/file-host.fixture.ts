import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file of a test's host, and how the host behaves about it. */
export interface HostedFile {
  content: Uint8Array;
  /** Default: a hash of the content. Null: none. */
  etag?: string | null;
  ranges?: boolean;
  /** Bytes after which each answer's connection is cut. */
  cutAfter?: number;
  /** Statuses of the next answers instead of the file. */
  failures?: number[];
  /** Status of every answer to a request for more than the header. */
  downloadStatus?: number;
  /** Only this bearer may have it. */
  token?: string;
  /** Answers to requests for more than the header wait for it. */
  gate?: Promise<void>;
  /** Where an answer points to instead, with these headers: as the hub does. */
  redirect?: { to: string; headers: Record<string, string> };
}

export interface FileHost {
  origin: string;
  files: Map<string, HostedFile>;
  /** `GET /path` with the range asked for, of every request. */
  requests: string[];
  stop(): Promise<void>;
}

/** Bytes of header that the probe asks for: what is longer is a download. */
const probeBytes = 256 * 1024;

/** A host of files on this machine, with ranges, ETags and the ways in which hosts fail. For tests. */
export async function startFileHost(): Promise<FileHost> {
  const files: FileHost['files'] = new Map();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://host').pathname;
    requests.push(`${name} ${request.headers.range ?? 'whole'}`);
    void answer(request, response, files.get(name));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    requests,
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  file: HostedFile | undefined,
): Promise<void> {
  if (file === undefined) return void response.writeHead(404).end();
  const failure = file.failures?.shift();
  if (failure !== undefined) return void response.writeHead(failure).end();
  if (file.token !== undefined && request.headers.authorization !== `Bearer ${file.token}`)
    return void response.writeHead(401).end();
  if (file.redirect !== undefined)
    return void response.writeHead(302, { location: file.redirect.to, ...file.redirect.headers }).end();
  if (file.downloadStatus !== undefined && !isProbe(request))
    return void response.writeHead(file.downloadStatus).end();
  const { content } = file;
  const etag = file.etag === undefined ? etagOf(content) : file.etag;
  const [from, to] = stretch(request, file, etag);
  if (to - from > probeBytes || from > 0) await file.gate;
  response.writeHead(to - from === content.length && from === 0 ? 200 : 206, {
    ...(etag === null ? {} : { etag }),
    'content-length': to - from,
    'content-range': `bytes ${from}-${to - 1}/${content.length}`,
  });
  if (file.cutAfter === undefined || to - from <= file.cutAfter || isProbe(request))
    return void response.end(content.subarray(from, to));
  response.write(content.subarray(from, from + file.cutAfter), () =>
    setTimeout(() => response.destroy(), 20),
  );
}

const isProbe = (request: IncomingMessage): boolean => /^bytes=\d+-\d+$/.test(request.headers.range ?? '');

/** The part that is sent: the whole where ranges are not known, or the version is another. */
function stretch(request: IncomingMessage, file: HostedFile, etag: string | null): [number, number] {
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const wanted = request.headers['if-range'];
  const whole: [number, number] = [0, file.content.length];
  if (match === null || file.ranges === false || (wanted !== undefined && wanted !== etag)) return whole;
  const last = match[2] === '' ? file.content.length - 1 : Number(match[2]);
  return [Number(match[1]), Math.min(last + 1, file.content.length)];
}

const etagOf = (content: Uint8Array): string =>
  `"${createHash('sha1').update(content).digest('hex').slice(0, 16)}"`;
