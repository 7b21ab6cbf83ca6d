/** The native API: the endpoints of the reference server, and ours beside them. */
import type { FastifyInstance } from 'fastify';
import type { Dialect, DialectParts } from '../dialect.ts';
import { bearerForm, requireKey, requireKeyOrSignature } from '../kit/key-check.ts';
import { errorResponses } from './error-docs.ts';
import { errorResponse } from './errors.ts';
import { addEventsRoute } from './routes/events.ts';
import { addFeedRoute } from './routes/feed.ts';
import { addInferenceRoute } from './routes/inference.ts';
import { addInspectRoute } from './routes/inspect.ts';
import { addKeyRoutes } from './routes/keys.ts';
import { addLoraRoutes, addLoraUploadRoute } from './routes/loras.ts';
import { addModelRoutes } from './routes/models.ts';
import { addOutputRoute } from './routes/outputs.ts';
import { addPictureRoutes } from './routes/pictures.ts';
import { addPresetRoutes } from './routes/presets.ts';
import { addRegistryAssetRoutes } from './routes/registry-assets.ts';
import { addRegistryFileRoutes } from './routes/registry-files.ts';
import { addImportRoutes } from './routes/registry-imports.ts';
import { addRegistryModelRoutes } from './routes/registry-models.ts';
import { addReplayRoutes } from './routes/replays.ts';
import { addRequestRoutes } from './routes/requests.ts';
import { addSessionRoutes, addSignInRoute } from './routes/session.ts';
import { addSheetFileRoutes } from './routes/sheet-files.ts';
import { addSheetRoutes } from './routes/sheets.ts';
import { addThumbnailRoute } from './routes/thumbnails.ts';
import { addTrainingDetailsRoutes } from './routes/training-details.ts';
import { addTrainingSetRoutes } from './routes/training-set.ts';
import { addTrainingRoutes } from './routes/trainings/trainings.ts';
import { addUploadRoutes } from './routes/uploads.ts';
import { addVerificationRoutes } from './routes/verifications.ts';
import { addDeliveriesRoute, addRecentDeliveriesRoute, addWebhookSecretRoute } from './routes/webhooks.ts';
import { addZipRoute } from './routes/zip.ts';
import { webhookBody } from './webhook-body.ts';

export const nativeDialect: Dialect = {
  id: 'native',
  prefix: '',
  credential: bearerForm,
  takesSessions: true,
  routes: addNativeRoutes,
  wordProblem: errorResponse,
  describeProblems: errorResponses,
  wordEvent: webhookBody,
};

function addNativeRoutes(app: FastifyInstance, parts: DialectParts): void {
  addSignInRoute(app, parts);
  app.register(async (scope) => {
    requireKey(scope, parts.check, 'read');
    addSessionRoutes(scope, parts);
    // They look, although they are sent as POST.
    addZipRoute(scope, parts);
    addInspectRoute(scope, parts);
  });
  app.register(async (scope) => {
    requireKey(scope, parts.check);
    addInferenceRoute(scope, parts);
    addRequestRoutes(scope, parts);
    addEventsRoute(scope, parts);
    addFeedRoute(scope, parts);
    addPictureRoutes(scope, parts);
    addReplayRoutes(scope, parts);
    addSheetRoutes(scope, parts);
    addSheetFileRoutes(scope, parts);
    addVerificationRoutes(scope, parts);
    addLoraRoutes(scope, parts);
    addModelRoutes(scope, parts);
    addDeliveriesRoute(scope, parts);
    addRecentDeliveriesRoute(scope, parts);
    addPresetRoutes(scope, parts);
    addTrainingRoutes(scope, parts);
    addTrainingDetailsRoutes(scope, parts);
    addRegistryModelRoutes(scope, parts);
    addTrainingSetRoutes(scope, parts);
    addRegistryAssetRoutes(scope, parts);
    addImportRoutes(scope, parts);
    addUploadRoutes(scope, parts);
  });
  app.register(async (scope) => {
    requireKey(scope, parts.check, parts.config.UPLOAD_SCOPE);
    addLoraUploadRoute(scope, parts);
  });
  app.register(async (scope) => {
    requireKey(scope, parts.check, 'admin');
    addKeyRoutes(scope, parts);
    addWebhookSecretRoute(scope, parts);
  });
  app.register(async (scope) => {
    requireKeyOrSignature(scope, parts.check);
    addOutputRoute(scope, parts);
    addThumbnailRoute(scope, parts);
    addRegistryFileRoutes(scope, parts);
  });
}
