import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { invalidRequest } from './invalid-request.ts';

const places = { body: 'body', querystring: 'query', params: 'path', headers: 'query' } as const;

/** Check requests by the zod schemas of their routes. A failure is an INVALID_REQUEST that lists every problem. */
export const zodValidatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    const place = Object.entries(places).find(([part]) => part === httpPart)?.[1] ?? 'body';
    return { error: invalidRequest(schema, data, parsed.error, place) };
  };
