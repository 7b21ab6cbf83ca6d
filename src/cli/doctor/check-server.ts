import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { type Client, openClient } from '../../client/open-client.ts';
import { errorResponseSchema } from '../../http/native/schemas/response-schema.ts';
import { type Readiness, readinessSchema } from '../../http/system/readiness.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** What every version has said. */
const healthSchema = z.object({ status: z.literal('healthy') });
const apiSchema = z.object({ info: z.object({ version: z.string() }) });
const modelsSchema = z.object({ models: z.array(z.object({ id: z.string() })) });
const timeoutMs = 5000;

/**
 * Asks a running server how it is, over HTTP alone: whether it answers, its version, the key, whether it can render and on
 * what, and its models. `apiKey` may be left out where the server asks for none.
 */
export async function checkServer(url: string, apiKey: string | undefined): Promise<Finding[]> {
  const base = url.replace(/\/+$/, '');
  const { api } = openClient({ url: base, apiKey });
  const health = healthSchema.safeParse(await answerOf(api.GET('/health', limited())));
  if (!health.success) {
    return [wrong('server', `no Darkroom server answers at ${base}`, 'start one with: npm start')];
  }
  return [
    ok('server', `${base} answers`),
    await checkVersion(base),
    ...(await checkReady(api)),
    await checkKey(api, apiKey),
  ];
}

async function checkVersion(base: string): Promise<Finding> {
  const api = apiSchema.safeParse(await openApiOf(base));
  if (!api.success) return warning('version', 'it does not say', 'update the server');
  const { version } = api.data.info;
  if (version === packageJson.version) return ok('version', version);
  return warning('version', `${version}, and ${packageJson.version} here`, 'update the older of them');
}

async function checkReady(api: Client['api']): Promise<Finding[]> {
  const answer = readinessSchema.safeParse(await answerOf(api.GET('/ready', limited())));
  if (!answer.success) {
    return [wrong('ready', 'no answer from /ready that this version knows', 'update the older of them')];
  }
  const { ready, reasons, warnings, devices, spare, queue, disk } = answer.data;
  const remedy = 'wait for it to start, or run `darkroom doctor` on that machine';
  return [
    ...(ready ? [ok('ready', 'takes requests')] : reasons.map((reason) => wrong('ready', reason, remedy))),
    ...warnings.map((text) => warning('ready', text, 'requests are taken all the same')),
    ...(devices.length === 0 ? [ok('device', 'none here: workers render')] : devices.map(checkDevice)),
    ...(spare.state === 'off' ? [] : [ok('spare engine', spare.reason ?? spareWords[spare.state])]),
    ...(queue === null ? [] : [ok('queue', queueWords(queue))]),
    ...(disk === null ? [] : [ok('disk', `${(disk.free_bytes / 2 ** 30).toFixed(1)} GB free`)]),
  ];
}

function checkDevice({ name, state, device, restarts }: Readiness['devices'][number]): Finding {
  const found = `${name}: ${device ?? 'not known yet'}, ${state}`;
  if (state === 'unavailable') return warning('device', found, 'set DEVICES to what is there');
  if (restarts === 0) return ok('device', found);
  return warning('device', `${found}; its engine died ${restarts} times`, 'the server log says why');
}

const spareWords = {
  absent: 'none yet: one starts when nothing loads',
  importing: 'starts',
  ready: 'stands by',
} as const;

const queueWords = ({ queued, running, workers }: NonNullable<Readiness['queue']>): string =>
  `${queued} wait, ${running} run${workers === null ? '' : `, ${workers} workers`}`;

/** What needs a key shows whether the key is good. */
async function checkKey(api: Client['api'], apiKey: string | undefined): Promise<Finding> {
  const body = await answerOf(api.GET('/v1/models', limited()));
  const models = modelsSchema.safeParse(body);
  const how = apiKey === undefined ? 'without a key' : 'with the key of DARKROOM_API_KEY';
  if (models.success) return ok('models', `${models.data.models.length} ids, ${how}`);
  const refused = errorResponseSchema.safeParse(body);
  const found = refused.success ? refused.data.error.message : 'no answer from /v1/models';
  return wrong('key', found, 'put a key of the server into DARKROOM_API_KEY');
}

const limited = () => ({ signal: AbortSignal.timeout(timeoutMs) });

/** The body, whatever the status; null when there is none. The server may be of another version. */
const answerOf = (call: Promise<{ data?: unknown; error?: unknown }>): Promise<unknown> =>
  call.then(
    ({ data, error }) => data ?? error ?? null,
    () => null,
  );

/** The document is not among the routes that it describes. */
async function openApiOf(base: string): Promise<unknown> {
  try {
    return await (await fetch(`${base}/openapi.json`, limited())).json();
  } catch {
    return null;
  }
}
