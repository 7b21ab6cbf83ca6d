import { readFileSync } from 'node:fs';
import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { packageRoot } from '../../src/python/package-root.ts';

/** The types of the HTTP API for `src/client`, made from `docs/openapi.json`. */
export async function clientTypes(): Promise<string> {
  const text = readFileSync(path.join(packageRoot(), 'docs', 'openapi.json'), 'utf8');
  const types = astToString(await openapiTS(JSON.stringify(JSON.parse(text, withoutOpenEnds))));
  return `/** Generated from docs/openapi.json by \`npm run generate\`: change the routes, not this file. */\n${types}`;
}

/** Fields that nobody knows are accepted with a warning. As a type that would take every slip of the pen. */
function withoutOpenEnds(this: unknown, key: string, value: unknown): unknown {
  const hasFields = typeof this === 'object' && this !== null && 'properties' in this;
  return key === 'additionalProperties' && hasFields && JSON.stringify(value) === '{}' ? undefined : value;
}
