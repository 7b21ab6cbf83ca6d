import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Preset } from '../../../keys/open-presets.ts';
import type { DialectParts } from '../../dialect.ts';
import { storableText } from '../../kit/storable-text.ts';
import { errorResponses } from '../error-docs.ts';
import {
  newPresetSchema,
  presetSchema,
  presetsSchema,
  removedPresetSchema,
} from '../schemas/preset-schema.ts';

const tags = ['presets'];
const general = ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const;
const sent = ['INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'] as const;

/** Settings that a key keeps under names. */
export function addPresetRoutes(scope: FastifyInstance, { presets }: DialectParts): void {
  const routes = scope.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/v1/presets',
    {
      schema: {
        tags,
        operationId: 'listPresets',
        summary: 'Presets of the key',
        description: 'Settings that were kept under a name. Each key has its own, an admin too.',
        response: { 200: presetsSchema, ...errorResponses(...general) },
      },
    },
    async ({ keyId }) => ({ presets: (await presets.list(keyId)).map(presetResponse) }),
  );
  routes.post(
    '/v1/presets',
    {
      schema: {
        tags,
        operationId: 'keepPreset',
        summary: 'Keep settings under a name',
        description: 'One that the key keeps under the same name gives way to it.',
        body: newPresetSchema,
        response: { 200: presetSchema, ...errorResponses(...sent, ...general) },
      },
    },
    async ({ keyId, body: { name, model = null, settings } }) =>
      presetResponse(await presets.keep(keyId, { name, model, settings: withoutNulls(settings) })),
  );
  routes.delete(
    '/v1/presets/:preset_id',
    {
      schema: {
        tags,
        operationId: 'deletePreset',
        summary: 'Delete a preset',
        description: 'One of the key. Deleting it again changes nothing.',
        params: z.object({ preset_id: storableText(100).meta({ description: 'Id of the preset.' }) }),
        response: { 200: removedPresetSchema, ...errorResponses('INVALID_REQUEST', ...general) },
      },
    },
    async ({ keyId, params }) => ({ removed: await presets.remove(keyId, params.preset_id) }),
  );
}

/** Null means the same as a field that is not there. */
const withoutNulls = (settings: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined));

const presetResponse = ({ id, name, model, settings, createdAt }: Preset) => ({
  id,
  name,
  model,
  settings,
  created_at: createdAt.toISOString(),
});
