import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const commit = 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00';

/**
 * A Hugging Face hub with one repository, `owner/model`, as far as its client asks: what there is, and the files. The
 * repository `owner/gated` wants the token `hf_good`; files named `slow…` never come.
 */
export async function startLocalHub(files: Record<string, string>) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response, files);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

function answer(request: IncomingMessage, response: ServerResponse, files: Record<string, string>): void {
  const url = new URL(request.url ?? '/', 'http://hub');
  const isGated = url.pathname.includes('owner/gated');
  if (isGated && request.headers.authorization !== 'Bearer hf_good') {
    response
      .writeHead(401, { 'x-error-code': 'GatedRepo', 'x-error-message': 'Access is restricted.' })
      .end();
    return;
  }
  const about = url.pathname.match(/^\/api\/models\/(owner\/(?:model|gated))(?:\/revision\/main)?$/);
  if (about) {
    const siblings = Object.entries(files).map(([rfilename, text]) => ({
      rfilename,
      size: Buffer.byteLength(text),
    }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ id: about[1], modelId: about[1], sha: commit, siblings, private: false, tags: [] }),
    );
    return;
  }
  if (/^\/api\/models\/owner\/(?:model|gated)\/tree\/[^/]+$/.test(url.pathname)) {
    const tree = Object.entries(files).map(([path, text]) => ({
      type: 'file',
      path,
      size: Buffer.byteLength(text),
      oid: sha1(text),
    }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tree));
    return;
  }
  const name =
    decodeURIComponent(url.pathname).match(/^\/owner\/(?:model|gated)\/resolve\/[^/]+\/(.+)$/)?.[1] ?? '';
  const text = files[name];
  if (text === undefined) {
    response.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end();
    return;
  }
  const etag = `"${sha1(text)}"`;
  response.writeHead(200, { etag, 'x-repo-commit': commit, 'content-length': Buffer.byteLength(text) });
  if (request.method === 'HEAD') response.end();
  else if (name.includes('slow')) response.write(text.slice(0, 3));
  else response.end(text);
}
