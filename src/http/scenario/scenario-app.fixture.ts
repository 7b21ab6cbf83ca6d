import { eq } from 'drizzle-orm';
import type { InjectOptions } from 'fastify';
import sharp from 'sharp';
import { z } from 'zod';
import { projects } from '../../database/registry-schema.ts';
import { apiKeys } from '../../database/schema.ts';
import type { KeyScope } from '../../keys/key-scope.ts';
import { openTestApp } from '../app.fixture.ts';
import { nativeDialect } from '../native/native-dialect.ts';
import { expectPublished, type PublishedShape } from './published-reference.fixture.ts';
import { scenarioDialect } from './scenario-dialect.ts';

export const adminKey = 'a-key-of-sixteen-or-more';

export const basic = (key: string): string => `Basic ${Buffer.from(`any:${key}`).toString('base64')}`;

export interface Asked {
  body?: unknown;
  key?: string | null;
  headers?: Record<string, string>;
}

/** A server that speaks Scenario's API beside native, and what a client says to it. */
export async function openScenarioApp(environment: Record<string, string> = {}) {
  const server = await openTestApp({ API_KEYS: adminKey, ...environment }, null, [
    nativeDialect,
    scenarioDialect,
  ]);

  async function ask(
    method: InjectOptions['method'],
    path: string,
    { body, key = adminKey, headers = {} }: Asked = {},
  ) {
    return server.app.inject({
      ...(method === undefined ? {} : { method }),
      url: `/scenario/v1${path}`,
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: basic(key) }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** An answer of this status and shape. */
  async function told(status: number, shape: PublishedShape, ...question: Parameters<typeof ask>) {
    const answer = await ask(...question);
    const read = answer.json();
    if (answer.statusCode !== status)
      throw new Error(`${answer.statusCode} instead of ${status}: ${answer.body}`);
    expectPublished(shape, read);
    return read;
  }

  return {
    ...server,
    ask,
    told,
    refused: (status: number, ...question: Parameters<typeof ask>) => told(status, 'problem', ...question),
    /** A key that acts in a project of its own. */
    keyOf: async (handle: string, scope: KeyScope = 'write'): Promise<string> => {
      const project = `proj_${handle}`;
      const { queries } = server.database;
      const row = { id: project, handle, name: handle, createdAt: new Date() };
      await queries.insert(projects).values(row).onConflictDoNothing();
      const { key, record } = await server.keys.create({ name: handle, scope });
      await queries.update(apiKeys).set({ project }).where(eq(apiKeys.id, record.id));
      // Making a key reads all of them again.
      await server.keys.create({ name: 'another', scope: 'read' });
      return key;
    },
    /** Id of a picture of one colour that was sent as an asset. */
    upload: async (colour: string, key: string = adminKey): Promise<string> => {
      const { asset } = await told(200, 'asset', 'POST', '/assets', {
        body: { name: `${colour}.png`, image: await picture(colour) },
        key,
      });
      return z.string().parse(asset.id);
    },
  };
}

export type ScenarioApp = Awaited<ReturnType<typeof openScenarioApp>>;

export async function picture(colour: string, side = 80): Promise<string> {
  const image = sharp({ create: { width: side, height: side, channels: 3, background: colour } });
  return `data:image/png;base64,${(await image.png().toBuffer()).toString('base64')}`;
}
