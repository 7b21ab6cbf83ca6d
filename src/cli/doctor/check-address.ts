import net from 'node:net';
import type { Config } from '../../config.ts';
import { assertSafeBinding } from '../../security/safe-binding.ts';
import { checkServer } from './check-server.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Whether a server may and can listen where the settings say. */
export async function checkAddress(config: Config): Promise<Finding[]> {
  return [checkBinding(config), await checkPort(config)];
}

function checkBinding(config: Config): Finding {
  const keys = config.API_KEYS.length;
  try {
    assertSafeBinding(config.HOST, keys);
    return ok(
      'access',
      keys === 0 ? 'this machine only, no keys' : `${keys} API key${keys === 1 ? '' : 's'}`,
    );
  } catch {
    return warning(
      'access',
      `HOST=${config.HOST} without API_KEYS`,
      'unless there are keys of `darkroom keys create` (see `darkroom keys list`), set API_KEYS, or HOST=127.0.0.1',
    );
  }
}

async function checkPort({ HOST, PORT }: Config): Promise<Finding> {
  const code = await tryListening(HOST, PORT);
  if (code === null) return ok('port', `${PORT} is free`);
  if (code !== 'EADDRINUSE')
    return wrong('port', `cannot listen on ${HOST}:${PORT} (${code})`, 'set HOST and PORT');
  const [answer] = await checkServer(`http://${HOST}:${PORT}`, undefined);
  if (answer?.state === 'ok') return ok('port', `${PORT}: a Darkroom server answers there`);
  return wrong(
    'port',
    `${PORT} is taken by another program`,
    `set PORT, or find the program: lsof -i :${PORT}`,
  );
}

/** Null when it works, else the code of the error. */
function tryListening(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}
