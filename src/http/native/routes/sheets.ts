import { randomInt } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { locateCheckpoint } from '../../../engines/checkpoint-location.ts';
import { isInHubCache } from '../../../engines/hub-cache.ts';
import { findModel } from '../../../render/check-request.ts';
import { createLoadedModels } from '../../../render/loaded-models.ts';
import type { Costs } from '../../../sheets/costs.ts';
import { type CellContext, CellsRefused } from '../../../sheets/plan-cells.ts';
import type { SheetOrder } from '../../../sheets/request-cells.ts';
import { countCells } from '../../../sheets/sheet.ts';
import type { DialectParts } from '../../dialect.ts';
import { assertEngineCanStart } from '../../kit/accept-request.ts';
import { idempotencyOf } from '../../kit/idempotency.ts';
import { createWebhookUrlCheck } from '../../kit/webhook-url.ts';
import { errorResponses, submissionCodes } from '../error-docs.ts';
import { modelState } from '../model-state.ts';
import { dryRunSchema, sheetSchema, sheetsSchema } from '../schemas/sheet-answer-schema.ts';
import {
  createSheetSchema,
  extendSchema,
  resumeSchema,
  type SheetBody,
  sheetParams,
} from '../schemas/sheet-schema.ts';
import { createFindEpochs } from '../sheets/find-epochs.ts';
import { readKeptSheet } from '../sheets/kept-sheet.ts';
import { readSheet } from '../sheets/read-sheet.ts';
import { extendSheet, type SettleParts, settleSheet } from '../sheets/settle-sheet.ts';
import { refusedCells } from '../sheets/sheet-problems.ts';
import { dryRunResponse, sheetResponse, summaryResponse } from '../sheets/sheet-response.ts';

const tags = ['sheets'];
const found = ['SHEET_NOT_FOUND', 'UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'] as const;
const accepting = [
  ...submissionCodes,
  ...(['INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE', 'TRAINING_NOT_FOUND'] as const),
  ...(['TRAINED_MODEL_NOT_FOUND', 'EPOCH_NOT_FOUND', 'IDEMPOTENCY_CONFLICT', 'QUEUE_FULL'] as const),
  ...(['ENGINE_UNAVAILABLE', 'STORAGE_FULL', 'DATABASE_UNAVAILABLE', 'SHUTTING_DOWN'] as const),
] as const;

const description = `Renders one picture for each combination of the values of its axes, as ordinary requests that survive restarts, and draws
them as one picture. All of it is checked before any is accepted; problems name axis and index.

\`?dry_run=true\` stores nothing and says what it would take: pictures to render after equal ones are merged, those that are there
already, merges of LoRAs, loads, downloads, disk and time. See docs/sheets.md.`;

const dryRun = z.object({
  dry_run: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ description: '`true`: only say what it would take.' }),
});

/** Contact sheets: asked for, read, and changed. */
export function addSheetRoutes(scope: FastifyInstance, parts: DialectParts): void {
  const asking = createAsking(parts);
  addCreateRoute(scope, parts, asking);
  addListRoute(scope, parts);
  addReadRoute(scope, parts);
  addCancelRoute(scope, parts);
  addResumeRoute(scope, parts, asking);
  addExtendRoute(scope, parts, asking);
  addRemoveRoute(scope, parts);
}

type Asking = ReturnType<typeof createAsking>;

/** What creating, resuming and extending share. */
function createAsking(parts: DialectParts) {
  const { config, catalog, engine, dialect } = parts;
  const checkWebhookUrl = createWebhookUrlCheck(config.OUTBOUND_ALLOW);
  const stateParts = {
    engine,
    loadedModels: createLoadedModels(catalog),
    isHere: async (repository: string, bundled: string | undefined) =>
      locateCheckpoint(repository, bundled, config) !== null || isInHubCache(repository, config),
  };
  return {
    settling: (request: FastifyRequest): SettleParts => ({
      findEpochs: createFindEpochs(request, parts),
      drawSeed: () => randomInt(2 ** 32),
    }),
    /** Reads a settled sheet and hands its order on. Cells that cannot be rendered become one error. */
    async ask<Result>(
      request: FastifyRequest,
      body: SheetBody,
      use: (order: SheetOrder, context: CellContext) => Promise<Result>,
    ): Promise<Result> {
      findModel(catalog, body.model);
      const { order, webhook, hfToken } = readSheet(body, config.MAX_SHEET_CELLS);
      if (webhook !== null) checkWebhookUrl(webhook.url);
      const { keyId, project, seesAll } = request;
      const origin = parts.linksOf(request).to('');
      const context: CellContext = {
        ...{ dialect, keyId, project, seesAll, hfToken },
        webhook: webhook === null ? null : { ...webhook, origin },
      };
      try {
        return await use(order, context);
      } catch (error) {
        if (error instanceof CellsRefused) throw refusedCells(body, error.cells, order.cells.length);
        throw error;
      }
    },
    async toldCosts(model: string, order: SheetOrder, costs: Costs) {
      const state = await modelState(findModel(catalog, model), stateParts);
      const baseLoads = state.loaded ? Math.max(0, costs.queues.length - 1) : costs.queues.length;
      return dryRunResponse(costs, order, { baseLoads, missingBytes: state.missing_bytes });
    },
  };
}

function addCreateRoute(scope: FastifyInstance, parts: DialectParts, asking: Asking): void {
  const { sheets, catalog, linksOf, engine } = parts;
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sheets',
    {
      schema: {
        tags,
        operationId: 'createSheet',
        summary: 'Render a contact sheet',
        description,
        headers: z.object({
          'idempotency-key': z.string().optional().meta({
            description: 'A name of your choice: sending the same body again answers with the same sheet.',
          }),
        }),
        querystring: dryRun,
        body: createSheetSchema([...catalog.keys()]),
        response: {
          200: z
            .union([sheetSchema, dryRunSchema])
            .meta({ description: 'The sheet, or what it would take.' }),
          ...errorResponses(...new Set([...accepting, ...found.slice(1)])),
        },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const idempotency = idempotencyOf(request.headers['idempotency-key'], body, ['hf_token']);
      const isDry = request.query.dry_run;
      const known = isDry ? null : await sheets.replay(request.keyId, idempotency);
      if (known !== null) return sheetResponse(known, linksOf(replayed(request, reply)));
      const settled = await settleSheet(body, asking.settling(request));
      return asking.ask(request, settled, async (order, context) => {
        if (isDry) return asking.toldCosts(body.model, order, await sheets.estimate(order, context));
        assertEngineCanStart(engine.status());
        return sheetResponse(await sheets.create(order, context, idempotency), linksOf(request));
      });
    },
  );
}

function replayed(request: FastifyRequest, reply: FastifyReply): FastifyRequest {
  reply.header('idempotency-replayed', 'true');
  return request;
}

function addListRoute(scope: FastifyInstance, { sheets, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sheets',
    {
      schema: {
        tags,
        operationId: 'listSheets',
        summary: 'Contact sheets, newest first',
        description: 'Of the key, an admin all, without their cells.',
        querystring: z.object({
          limit: z.coerce
            .number()
            .int()
            .min(1)
            .max(100)
            .default(20)
            .meta({ description: 'Sheets in a page.' }),
          cursor: z.string().max(500).optional().meta({ description: '`next_cursor` of the page before.' }),
        }),
        response: { 200: sheetsSchema, ...errorResponses('INVALID_REQUEST', ...found.slice(1)) },
      },
    },
    async (request) => {
      const own = request.seesAll ? {} : { keyId: request.keyId };
      const { limit, cursor } = request.query;
      const page = await sheets.list({ limit, ...(cursor === undefined ? {} : { cursor }), ...own });
      const counts = await sheets.counts(page.sheets.map(({ id }) => id));
      const links = linksOf(request);
      return {
        sheets: page.sheets.map((sheet) =>
          summaryResponse(sheet, counts.get(sheet.id) ?? countCells([]), links),
        ),
        next_cursor: page.nextCursor,
      };
    },
  );
}

function addReadRoute(scope: FastifyInstance, { sheets, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sheets/:sheet_id',
    {
      schema: {
        tags,
        operationId: 'getSheet',
        summary: 'A contact sheet with its cells',
        description: 'How each cell stands, with the request that renders it.',
        params: sheetParams,
        response: { 200: sheetSchema, ...errorResponses(...found) },
      },
    },
    async (request) => sheetResponse(await sheets.get(request, request.params.sheet_id), linksOf(request)),
  );
}

function addCancelRoute(scope: FastifyInstance, { sheets, linksOf }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sheets/:sheet_id/cancel',
    {
      schema: {
        tags,
        operationId: 'cancelSheet',
        summary: 'Stop a contact sheet',
        description:
          'Cells that are finished stay; the others are canceled. One that has ended stays as it is.',
        params: sheetParams,
        response: { 200: sheetSchema, ...errorResponses(...found) },
      },
    },
    async (request) => sheetResponse(await sheets.cancel(request, request.params.sheet_id), linksOf(request)),
  );
}

function addResumeRoute(scope: FastifyInstance, { sheets, linksOf }: DialectParts, asking: Asking): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sheets/:sheet_id/resume',
    {
      schema: {
        tags,
        operationId: 'resumeSheet',
        summary: 'Render the rest of a contact sheet',
        description:
          'Cells that failed, were canceled, or whose pictures are gone. The others stay as they are.',
        params: sheetParams,
        body: resumeSchema,
        response: {
          200: sheetSchema,
          ...errorResponses(...new Set([...accepting, ...found]), 'SHEET_CONFLICT'),
        },
      },
    },
    async (request) => {
      const id = request.params.sheet_id;
      const sheet = await sheets.get(request, id);
      const kept = { ...readKeptSheet(sheet.request), hf_token: request.body?.hf_token };
      return asking.ask(request, kept, async (order, context) =>
        sheetResponse(await sheets.resume(id, order, context), linksOf(request)),
      );
    },
  );
}

function addExtendRoute(scope: FastifyInstance, { sheets, linksOf }: DialectParts, asking: Asking): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sheets/:sheet_id/extend',
    {
      schema: {
        tags,
        operationId: 'extendSheet',
        summary: 'Add values to the axes of a contact sheet',
        description:
          'Values come behind those that an axis has; only the new cells are rendered. `?dry_run=true` says what that would take.',
        params: sheetParams,
        querystring: dryRun,
        body: extendSchema,
        response: {
          200: z
            .union([sheetSchema, dryRunSchema])
            .meta({ description: 'The sheet, or what it would take.' }),
          ...errorResponses(...new Set([...accepting, ...found]), 'SHEET_CONFLICT'),
        },
      },
    },
    async (request) => {
      const id = request.params.sheet_id;
      const kept = readKeptSheet((await sheets.get(request, id)).request);
      const { axes, hf_token } = request.body;
      const body = await extendSheet({ ...kept, hf_token }, axes, asking.settling(request));
      return asking.ask(request, body, async (order, context) => {
        if (request.query.dry_run)
          return asking.toldCosts(body.model, order, await sheets.estimateExtension(id, order, context));
        return sheetResponse(await sheets.extend(id, order, context), linksOf(request));
      });
    },
  );
}

function addRemoveRoute(scope: FastifyInstance, { sheets }: DialectParts): void {
  scope.withTypeProvider<ZodTypeProvider>().delete(
    '/v1/sheets/:sheet_id',
    {
      schema: {
        tags,
        operationId: 'deleteSheet',
        summary: 'Remove a contact sheet',
        description:
          'Its pictures and their requests stay. One that is being rendered has to be canceled first.',
        params: sheetParams,
        response: {
          200: z.object({ removed: z.literal(true) }).meta({ description: 'It is removed.' }),
          ...errorResponses(...found, 'SHEET_CONFLICT'),
        },
      },
    },
    async (request) => {
      await sheets.remove(request, request.params.sheet_id);
      return { removed: true as const };
    },
  );
}
