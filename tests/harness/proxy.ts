import { once } from 'node:events';
import { createServer, request as send } from 'node:http';

export interface ReverseProxy {
  /** With its path. */
  url: string;
  close(): void;
}

/** A reverse proxy that has a server under a path, and tells it so. */
export async function startProxy(target: string, prefix: string): Promise<ReverseProxy> {
  const server = createServer((incoming, response) => {
    const { method, url = '', headers } = incoming;
    if (!url.startsWith(`${prefix}/`)) {
      response.writeHead(404).end();
      return;
    }
    const forwarded = {
      ...headers,
      host: new URL(target).host,
      'x-forwarded-proto': 'http',
      'x-forwarded-host': headers.host,
      'x-forwarded-prefix': prefix,
    };
    const onward = send(
      new URL(url.slice(prefix.length), target),
      { method, headers: forwarded },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : '';
  return { url: `http://127.0.0.1:${port}${prefix}`, close: () => server.close() };
}
