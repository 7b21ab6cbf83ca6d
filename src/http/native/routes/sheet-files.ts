import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { createSheetDrawer, pictureMark, picturesOf } from '../../../sheets/sheet-picture.ts';
import type { DialectParts } from '../../dialect.ts';
import { errorResponses } from '../error-docs.ts';
import { manifestSchema } from '../schemas/sheet-answer-schema.ts';
import { sheetParams } from '../schemas/sheet-schema.ts';
import { manifestResponse } from '../sheets/sheet-response.ts';
import { imageName, zipSheet } from '../sheets/zip-sheet.ts';

const tags = ['sheets'];
const found = ['SHEET_NOT_FOUND', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const;
const binary = z.string().meta({ format: 'binary' });

/** A contact sheet to take along: as one picture, for programs, and all of it. */
export function addSheetFileRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const drawer = createSheetDrawer(parts);
  const { sheets, files, catalog } = parts;
  const typed = scope.withTypeProvider<ZodTypeProvider>();
  typed.get(
    '/v1/sheets/:sheet_id/image',
    {
      schema: {
        tags,
        operationId: 'getSheetImage',
        summary: 'The picture of a contact sheet',
        description:
          'With labels, drawn from what is there; cells that are missing are hatched. It says which sheet it is of, see POST /v1/inspect.',
        params: sheetParams,
        querystring: z.object({
          page: z.coerce
            .number()
            .int()
            .min(1)
            .max(10_000)
            .default(1)
            .meta({ description: 'Which of its `image_count` pictures.' }),
          download: z.string().optional().meta({ description: 'Present: offer the file for saving.' }),
        }),
        response: {
          200: {
            description: 'The picture.',
            content: Object.fromEntries(
              ['image/webp', 'image/png', 'image/jpeg'].map((type) => [type, { schema: binary }]),
            ),
          },
          304: z.null().meta({ description: 'The client has it already.' }),
          ...errorResponses(...found, 'INVALID_REQUEST'),
        },
      },
    },
    async (request, reply) => {
      const sheet = await sheets.get(request, request.params.sheet_id);
      const { page, download } = request.query;
      const { length: count } = picturesOf(sheet);
      const { format } = sheet.layout;
      const etag = `"${pictureMark(sheet)}-${page}"`;
      reply.headers({
        etag,
        'cache-control': 'private, no-cache',
        'content-disposition': `${download === undefined ? 'inline' : 'attachment'}; filename="${imageName(format, page - 1, count)}"`,
      });
      if (request.headers['if-none-match'] === etag) return notChanged(reply);
      const drawn = await drawer.draw(sheet, page - 1);
      if (drawn === null)
        throw new DarkroomError(
          'INVALID_REQUEST',
          `The sheet is drawn as ${count} ${count === 1 ? 'picture' : 'pictures'}, and there is no number ${page}.`,
        );
      return send(reply, `image/${format}`, Buffer.from(drawn));
    },
  );
  typed.get(
    '/v1/sheets/:sheet_id/manifest',
    {
      schema: {
        tags,
        operationId: 'getSheetManifest',
        summary: 'A contact sheet for programs',
        description: 'Each cell with its labels, recipe, hash, and where it stands in the picture.',
        params: sheetParams,
        response: { 200: manifestSchema, ...errorResponses(...found) },
      },
    },
    async (request) => {
      const sheet = await sheets.get(request, request.params.sheet_id);
      return manifestResponse(sheet, picturesOf(sheet), catalog);
    },
  );
  typed.get(
    '/v1/sheets/:sheet_id/zip',
    {
      schema: {
        tags,
        operationId: 'zipSheet',
        summary: 'All of a contact sheet as one ZIP file',
        description:
          'Cells, picture, manifest and an HTML page that shows them. It is sent while it is made.',
        params: sheetParams,
        response: {
          200: { description: 'The ZIP file.', content: { 'application/zip': { schema: binary } } },
          ...errorResponses(...found),
        },
      },
    },
    async (request, reply) => {
      const sheet = await sheets.get(request, request.params.sheet_id);
      reply.header('content-disposition', `attachment; filename="sheet-${sheet.id}.zip"`);
      return send(reply, 'application/zip', zipSheet(sheet, { files, catalog, drawer }));
    },
  );
}

const notChanged = (reply: FastifyReply): FastifyReply => reply.code(304).send();

const send = (reply: FastifyReply, type: string, content: Buffer | Readable): FastifyReply =>
  reply.type(type).send(content);
