import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { inspectPicture } from '../../../files/encode/inspect-picture.ts';
import { parseProvenance } from '../../../files/encode/provenance.ts';
import { readSheetMark } from '../../../files/encode/sheet-mark.ts';
import { hashBytes } from '../../../loras/file/hash-file.ts';
import type { DialectParts } from '../../dialect.ts';
import { errorResponses } from '../error-docs.ts';
import { recipeResponse } from '../recipe.ts';
import { recipeSchema } from '../schemas/recipe-schema.ts';

const types = ['image/png', 'image/jpeg', 'image/webp', 'video/mp4', 'application/octet-stream'];

const inspectedSchema = z
  .object({
    sha256: z.string(),
    format: z.string().meta({ examples: ['png'] }),
    width: z.int().nullable(),
    height: z.int().nullable(),
    known: z
      .object({ request_id: z.string(), index: z.int() })
      .nullable()
      .meta({ description: 'The output of this server that the file is, byte for byte.' }),
    sheet: z
      .object({ sheet_id: z.string() })
      .nullable()
      .meta({ description: 'The contact sheet that it is the picture of, if it still exists.' }),
    recipe: recipeSchema.nullable().meta({ description: 'How it was made; null when it does not say.' }),
    foreign: z
      .object({
        parameters: z.string().meta({ description: 'The text of the other tool, as it stands in the file.' }),
      })
      .nullable()
      .meta({ description: 'What another tool wrote into it, when we did not make it.' }),
  })
  .meta({ description: 'What the picture says of itself.' });

/** A picture in, its recipe out. */
export function addInspectRoute(scope: FastifyInstance, parts: DialectParts): void {
  scope.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser(types, { parseAs: 'buffer' }, async (_: unknown, body: Buffer) => body);
    addRoute(raw, parts);
  });
}

function addRoute(scope: FastifyInstance, { jobs, catalog, sheets }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/inspect',
    {
      schema: {
        tags: ['pictures'],
        operationId: 'inspectPicture',
        summary: 'How a picture was made',
        description:
          'Send the file as the body, with its type: `curl --data-binary @picture.png -H "Content-Type: image/png" …/v1/inspect`. Nothing is stored. For a file that this server has made, the recipe that it has kept counts.',
        consumes: types,
        body: z.unknown().meta({ type: 'string', format: 'binary' }),
        response: {
          200: inspectedSchema,
          ...errorResponses(
            ...(['INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE', 'UNAUTHORIZED'] as const),
            ...(['FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const),
          ),
        },
      },
    },
    async (request) => {
      const { body } = request;
      if (!(body instanceof Buffer) || body.length === 0)
        throw new DarkroomError(
          'INVALID_REQUEST',
          'The request has no picture. Send the bytes of the file as the body.',
        );
      const seen = await inspectPicture(body);
      if (seen === null)
        throw new DarkroomError(
          'INVALID_REQUEST',
          'This is no picture that is read here. Send a PNG, JPEG or WebP, or an MP4 of Darkroom.',
        );
      const sha256 = hashBytes(body);
      const keyId = request.seesAll ? {} : { keyId: request.keyId };
      const { outputs } = await jobs.outputs.list({ sha256, limit: 1, ...keyId });
      const [known] = outputs;
      const stored = known?.recipe === null || known === undefined ? null : parseProvenance(known.recipe);
      const recipe = stored ?? seen.provenance;
      return {
        sha256,
        format: seen.format,
        width: seen.width,
        height: seen.height,
        known: known === undefined ? null : { request_id: known.job, index: known.output.index },
        sheet: await shownSheet(body, seen.format, request, sheets),
        recipe: recipe === null ? null : recipeResponse(recipe, catalog),
        foreign: recipe === null && seen.parameters !== null ? { parameters: seen.parameters } : null,
      };
    },
  );
}

/** Null too for a sheet that the asker may not see. */
async function shownSheet(
  picture: Uint8Array,
  format: string,
  asker: Pick<FastifyRequest, 'keyId' | 'seesAll'>,
  sheets: DialectParts['sheets'],
): Promise<{ sheet_id: string } | null> {
  const id = format === 'mp4' ? null : await readSheetMark(picture);
  if (id === null) return null;
  const found = await sheets.get(asker, id).catch(() => null);
  return found === null ? null : { sheet_id: found.id };
}
