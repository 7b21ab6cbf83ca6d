import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Answer, api, type Sent, unwrap } from './client.ts';

export type Sheet = Answer<'getSheet'>;
export type SheetCell = Sheet['cells'][number];
export type SheetSummary = Answer<'listSheets'>['sheets'][number];
export type SheetBody = Sent<'createSheet'>;
export type AxisBody = SheetBody['axes'][number];
export type MoreBody = Sent<'extendSheet'>;
type Answered = Answer<'createSheet'>;
export type SheetCosts = Extract<Answered, { dry_run: true }>;

/** How often one that is being rendered is looked at, beside its events. */
const lookAgainMs = 4000;
const perPage = 20;

/** Newest first, without their cells. */
export const sheetsQuery = infiniteQueryOptions({
  queryKey: ['sheets', 'list'],
  initialPageParam: '',
  queryFn: ({ pageParam }) =>
    unwrap(
      api.GET('/v1/sheets', {
        params: { query: { limit: perPage, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (page) => page.next_cursor,
});

export const sheetQuery = (sheet_id: string) =>
  queryOptions({
    queryKey: ['sheets', sheet_id],
    queryFn: () => unwrap(api.GET('/v1/sheets/{sheet_id}', { params: { path: { sheet_id } } })),
    refetchInterval: ({ state }) => (state.data && !sheetHasEnded(state.data) ? lookAgainMs : false),
  });

/** Whether nothing of it is on its way. */
export const sheetHasEnded = ({ counts }: Pick<Sheet, 'counts'>): boolean =>
  counts.in_queue + counts.in_progress === 0;

/** What a sheet would take; nothing is stored. Its key is not one of sheets: what happens to those changes nothing here. */
export const costsQuery = (body: SheetBody) =>
  queryOptions({
    queryKey: ['sheet-costs', body],
    queryFn: async ({ signal }) =>
      costsIn(await unwrap(api.POST('/v1/sheets', { body, signal, params: { query: { dry_run: 'true' } } }))),
    retry: false,
  });

/** Asks for a sheet once, however often the network makes it repeat. */
export const createSheet = async (body: SheetBody, idempotencyKey: string): Promise<Sheet> =>
  sheetIn(await unwrap(api.POST('/v1/sheets', { body, headers: { 'Idempotency-Key': idempotencyKey } })));

export const cancelSheet = (sheet_id: string): Promise<Sheet> =>
  unwrap(api.POST('/v1/sheets/{sheet_id}/cancel', { params: { path: { sheet_id } } }));

/** Renders what failed, was canceled, or is gone. */
export const resumeSheet = (sheet_id: string): Promise<Sheet> =>
  unwrap(api.POST('/v1/sheets/{sheet_id}/resume', { params: { path: { sheet_id } }, body: {} }));

export const extensionCostsQuery = (sheet_id: string, body: MoreBody) =>
  queryOptions({
    queryKey: ['sheet-costs', sheet_id, body],
    queryFn: async ({ signal }) =>
      costsIn(
        await unwrap(
          api.POST('/v1/sheets/{sheet_id}/extend', {
            ...{ body, signal },
            params: { path: { sheet_id }, query: { dry_run: 'true' } },
          }),
        ),
      ),
    retry: false,
  });

export const extendSheet = async (sheet_id: string, body: MoreBody): Promise<Sheet> =>
  sheetIn(await unwrap(api.POST('/v1/sheets/{sheet_id}/extend', { params: { path: { sheet_id } }, body })));

/** The sheet only: its pictures stay. */
export const removeSheet = (sheet_id: string) =>
  unwrap(api.DELETE('/v1/sheets/{sheet_id}', { params: { path: { sheet_id } } }));

/** Files of a sheet, by what they are. */
export const sheetFile = (sheet_id: string, file: 'image' | 'manifest' | 'zip'): string =>
  `/v1/sheets/${sheet_id}/${file}`;

function costsIn(answer: Answered): SheetCosts {
  if ('dry_run' in answer) return answer;
  throw new Error('The server has answered a dry run with a sheet.');
}

function sheetIn(answer: Answered): Sheet {
  if ('dry_run' in answer) throw new Error('The server has answered with a dry run.');
  return answer;
}
