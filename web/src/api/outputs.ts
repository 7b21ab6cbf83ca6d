import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Answer, api, unwrap } from './client.ts';

export type Picture = Answer<'listOutputs'>['outputs'][number];
export type Recipe = NonNullable<Picture['recipe']>;

export interface PictureFilter {
  text?: string;
  model?: string;
  lora?: string;
  favourite?: boolean;
  tag?: string;
  kind?: 'image' | 'video';
}

const perPage = 100;

/** Pictures, newest first, page by page. */
export const picturesQuery = ({ favourite, ...filter }: PictureFilter) =>
  infiniteQueryOptions({
    queryKey: ['outputs', 'pages', { favourite, ...filter }],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/v1/outputs', {
          signal,
          params: {
            query: {
              ...filter,
              limit: perPage,
              ...(favourite === true ? { favourite: 'true' } : {}),
              ...(pageParam === '' ? {} : { cursor: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor,
  });

/** The newest few. */
export const recentQuery = queryOptions({
  queryKey: ['outputs', 'recent'],
  queryFn: async () => (await unwrap(api.GET('/v1/outputs', { params: { query: { limit: 40 } } }))).outputs,
});

/** A request as it was sent, and what it has made. */
export const requestQuery = (request_id: string) =>
  queryOptions({
    queryKey: ['requests', request_id],
    queryFn: () => unwrap(api.GET('/v1/requests/{request_id}', { params: { path: { request_id } } })),
  });

export interface PictureName {
  request_id: string;
  index: number;
}

export const markPicture = (
  { request_id, index }: PictureName,
  body: { favourite?: boolean; tags?: string[] },
) =>
  unwrap(
    api.PATCH('/v1/requests/{request_id}/outputs/{index}', {
      params: { path: { request_id, index: String(index) } },
      body,
    }),
  );

export const removePicture = ({ request_id, index }: PictureName) =>
  unwrap(
    api.DELETE('/v1/requests/{request_id}/outputs/{index}', {
      params: { path: { request_id, index: String(index) } },
    }),
  );

export const pathOf = ({ request_id, index }: PictureName): string =>
  `/v1/requests/${request_id}/outputs/${index}`;

export const thumbnailOf = (name: PictureName, width: 256 | 512): string =>
  `${pathOf(name)}/thumbnail?w=${width}`;

export const isSame = (a: PictureName, b: PictureName): boolean =>
  a.request_id === b.request_id && a.index === b.index;
